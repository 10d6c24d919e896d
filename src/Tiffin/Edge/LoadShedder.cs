using Tiffin.Edge.Access;
using Tiffin.Engine.Commit;

namespace Tiffin.Edge;

/// <summary>Rejects new orders, and expensive reads, while the node has more work than it can do in time.</summary>
sealed class LoadShedder(CommitPipeline pipeline, CommitMetrics commits, ReadBulkhead bulkhead)
{
    /// <summary>Null if the request is admitted. Called before the body is read, to save that work.</summary>
    public Problem? Check(Priority priority) => priority switch
    {
        Priority.Normal when pipeline.ShedsOrders => Reject(priority),
        Priority.Low when pipeline.ShedsReads => Reject(priority),
        _ => null,
    };

    /// <summary>Serves the request; an expensive read runs within the bulkhead.</summary>
    public async Task Serve(HttpContext context, Priority priority, RequestDelegate next)
    {
        if (priority != Priority.Low)
        {
            await next(context);
            return;
        }
        using var room = await bulkhead.Enter(context.RequestAborted);
        if (room is null) await Reject(priority).ExecuteAsync(context);
        else await next(context);
    }

    Problem Reject(Priority priority)
    {
        if (priority == Priority.Normal) commits.Rejected(Unavailability.Overloaded);
        return Problems.Of(Unavailability.Overloaded);
    }
}
