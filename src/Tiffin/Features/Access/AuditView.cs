using System.ComponentModel;
using Tiffin.Domain;
using Tiffin.Edge.Access;

namespace Tiffin.Features.Access;

[Description("A call that was refused for who made it, or that only few may make.")]
public sealed record AuditView(
    Guid Id, DateTimeOffset At,
    [property: Description("The key's prefix, jwt: and a subject, or nobody.")] string Caller,
    [property: Description("Method and route.")] string Operation,
    [property: Description("What was asked for, without the query.")] string Path,
    [property: Description("The HTTP status that it was answered with.")] int Status, Role? Role = null,
    string? Subject = null, string? Address = null, string? TraceId = null,
    [property: Description("Refusals of the same caller before it that have no entry of their own.")]
    int? Unwritten = null)
{
    public static AuditView Of(AuditRow row) => new(
        row.Id, row.At, row.Caller, row.Operation, row.Path, row.Status, row.Role, row.Subject, row.Address,
        row.TraceId, row.Unwritten > 0 ? row.Unwritten : null);
}
