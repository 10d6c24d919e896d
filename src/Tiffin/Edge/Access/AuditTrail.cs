using System.Diagnostics;

namespace Tiffin.Edge.Access;

/// <summary>Decides which requests are audited, and creates their entries.</summary>
sealed class AuditTrail(AuditLog log, TimeProvider clock)
{
    const int PathMax = 200;
    static readonly object audited = new();

    /// <summary>
    /// For a privileged request: writes its entry before the response is sent. When the response is 503, the entry
    /// follows it: waiting for the same database once more would only delay the caller.
    /// </summary>
    public void RecordBeforeResponse(HttpContext context)
    {
        if (!context.Items.TryAdd(audited, audited)) return;
        // Not in the callback: the exception handler clears the endpoint.
        var operation = Operation(context);
        // Also runs if the client has disconnected.
        context.Response.OnStarting(() =>
        {
            var row = Row(context, operation, unwritten: 0);
            if (row.Status != StatusCodes.Status503ServiceUnavailable) return log.Write(row);
            log.Record(row);
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// For a rejected request: writes its entry in the background. Above a rate per caller, entries are only counted
    /// (<see cref="AuditRow.Unwritten"/> of the next one), so that a caller cannot fill the table.
    /// </summary>
    public void RecordRejection(HttpContext context, RejectionLimiter limiter)
    {
        if (!context.Items.ContainsKey(audited) && limiter.TryTake(out _, out var unwritten))
            RecordRejection(context, unwritten);
    }

    /// <summary>For a rejection that has already passed the <see cref="RejectionLimiter"/> of its address.</summary>
    public void RecordRejection(HttpContext context, int unwritten) =>
        log.Record(Row(context, Operation(context), unwritten));

    static string Operation(HttpContext context) => context.GetEndpoint() is RouteEndpoint endpoint
        ? $"{context.Request.Method} {endpoint.RoutePattern.RawText?.TrimEnd('/')}"
        : $"{context.Request.Method} {Truncate(context.Request.Path)}";

    AuditRow Row(HttpContext context, string operation, int unwritten)
    {
        var credential = context.Credential();
        return new AuditRow(
            Guid.CreateVersion7(), clock.GetUtcNow(), credential?.Name ?? "anonymous", credential?.Caller.Role,
            credential?.Caller.Id, context.Connection.RemoteIpAddress?.ToString(), operation,
            Truncate(context.Request.Path), context.Response.StatusCode, Activity.Current?.TraceId.ToHexString(),
            unwritten);
    }

    static string Truncate(string path) => new([.. path.Take(PathMax).Where(c => c != '\0')]);
}
