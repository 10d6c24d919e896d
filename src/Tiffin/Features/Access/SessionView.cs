using System.ComponentModel;
using Tiffin.Domain;

namespace Tiffin.Features.Access;

[Description("The authenticated caller.")]
public sealed record SessionView(
    Role Role, string Subject, IReadOnlyList<string> Kitchens, string? Channel = null,
    [property: Description("When the credential expires.")] DateTimeOffset? ExpiresAt = null,
    [property: Description("Send it as X-Antiforgery-Token with each change. Only for sessions.")]
    string? AntiforgeryToken = null);
