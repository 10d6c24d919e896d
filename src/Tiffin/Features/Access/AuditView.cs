using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Access;

[Description("A privileged request, or one rejected by authentication or authorization.")]
sealed record AuditView(
    Guid Id, DateTimeOffset At,
    [property: Description("The key's prefix, jwt: and a subject, or anonymous.")] string Caller,
    [property: Description("Method and route.")] string Operation,
    [property: Description("The request path, without the query string.")] string Path,
    [property: Description("The HTTP status of the response; 401 for a failed sign-in at the issuer.")] int Status,
    Role? Role = null,
    string? Subject = null, string? Address = null, string? TraceId = null,
    [property: Description("Number of earlier rejections of the same caller that were counted but not recorded.")]
    int? Unwritten = null)
{
    public static AuditView Of(AuditRow row) => new(
        row.Id, row.At, row.Caller, row.Operation, row.Path, row.Status, row.Role, row.Subject, row.Address,
        row.TraceId, row.Unwritten > 0 ? row.Unwritten : null);
}
