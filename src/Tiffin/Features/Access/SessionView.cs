using System.ComponentModel;
using Tiffin.Domain;

namespace Tiffin.Features.Access;

[Description("The authenticated caller.")]
sealed record SessionView(
    Role Role, string Subject, IReadOnlyList<string> Kitchens, string? Channel = null,
    [property: Description("When the credential expires.")] DateTimeOffset? ExpiresAt = null,
    [property: Description("Send it as X-Antiforgery-Token with each change. Only for sessions.")]
    string? AntiforgeryToken = null);

[Description("How people may sign in to this installation, besides openSession with an API key.")]
sealed record SignInMethodsView(
    [property: Description("Whether signIn leads to an OpenID Connect issuer.")] bool OpenIdConnect);
