using System.Diagnostics;

namespace Tiffin.Edge.Access;

/// <summary>Which calls are written down, and what of them.</summary>
sealed class AuditTrail(AuditLog log, TimeProvider clock)
{
    const int PathMax = 200;
    static readonly object followed = new();

    /// <summary>
    /// For a call that only few may make: it is written down, whatever its answer says, before that goes out.
    /// </summary>
    public void Follow(HttpContext context)
    {
        if (!context.Items.TryAdd(followed, followed)) return;
        // Here: of a call that fails, nobody knows the route any more when it is answered.
        var operation = Operation(context);
        // It runs for whoever hung up, too, though nothing is sent to them.
        context.Response.OnStarting(() => log.Write(Row(context, operation, unwritten: 0)));
    }

    /// <summary>
    /// For a call that was refused: a moment after its answer. Of many that come from one caller, some are counted in
    /// the row of the next one, so that nobody fills the table.
    /// </summary>
    public void Refused(HttpContext context, Refusals refusals)
    {
        if (!context.Items.ContainsKey(followed) && refusals.Take(out _, out var unwritten))
            Refused(context, unwritten);
    }

    /// <summary>For one that its address's <see cref="Refusals"/> let through already.</summary>
    public void Refused(HttpContext context, int unwritten) =>
        log.Record(Row(context, Operation(context), unwritten));

    static string Operation(HttpContext context) => context.GetEndpoint() is RouteEndpoint endpoint
        ? $"{context.Request.Method} {endpoint.RoutePattern.RawText?.TrimEnd('/')}"
        : $"{context.Request.Method} {Short(context.Request.Path)}";

    AuditRow Row(HttpContext context, string operation, int unwritten)
    {
        var credential = context.Credential();
        return new AuditRow(
            Guid.CreateVersion7(), clock.GetUtcNow(), credential?.Name ?? "nobody", credential?.Caller.Role,
            credential?.Caller.Id, context.Connection.RemoteIpAddress?.ToString(), operation,
            Short(context.Request.Path), context.Response.StatusCode, Activity.Current?.TraceId.ToHexString(),
            unwritten);
    }

    static string Short(string path) => new([.. path.Take(PathMax).Where(c => c != '\0')]);
}
