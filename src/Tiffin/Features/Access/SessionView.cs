using System.ComponentModel;
using Tiffin.Domain;

namespace Tiffin.Features.Access;

[Description("Who you are here.")]
public sealed record SessionView(
    Role Role, string Subject, IReadOnlyList<string> Kitchens, string? Channel = null,
    [property: Description("When you have to say again who you are.")] DateTimeOffset? ExpiresAt = null,
    [property: Description("To be sent as X-Antiforgery-Token with each change; only a session has one.")]
    string? AntiforgeryToken = null);
