using System.Security.Claims;
using System.Text.Json;
using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>The OpenID Connect issuer of customers and staff, in the section <c>Access:Jwt</c>.</summary>
public sealed class JwtOptions
{
    /// <summary>Such as <c>https://login.example</c>; without one, tokens are not taken.</summary>
    public string? Authority { get; set; }

    /// <summary>What a token must be made out to.</summary>
    public string Audience { get; set; } = "tiffin";

    /// <summary>False only where the issuer runs on the same machine.</summary>
    public bool RequireHttps { get; set; } = true;

    /// <summary>
    /// RS256, PS256 and ES256 without. Public-key algorithms alone: with a shared secret, whoever can check a token can
    /// make one.
    /// </summary>
    public string[]? Algorithms { get; set; }

    /// <summary>How far the issuer's clock may be off.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    static readonly TimeSpan skewMax = TimeSpan.FromSeconds(60);
    static readonly string[] algorithms = ["RS256", "PS256", "ES256"];

    internal string[] AllowedAlgorithms => Algorithms is { Length: > 0 } some ? some : algorithms;

    internal TimeSpan BoundedSkew => ClockSkew < skewMax ? ClockSkew : skewMax;

    public string SubjectClaim { get; set; } = "sub";
    public string RoleClaim { get; set; } = "role";
    public string KitchensClaim { get; set; } = "kitchens";
    public string ChannelClaim { get; set; } = "channel";

    /// <summary>The channel that a customer whose token names none orders through.</summary>
    public string CustomerChannel { get; set; } = "app";

    /// <summary>
    /// The caller that a valid token speaks of; null when its claims make none. Without a role it is a customer.
    /// </summary>
    public Caller? Caller(ClaimsPrincipal token)
    {
        if (token.FindFirstValue(SubjectClaim) is not { Length: > 0 and <= 255 } subject) return null;
        if (Roles.Read(token.FindFirstValue(RoleClaim) ?? Roles.Of(Role.Customer)) is not { } role) return null;
        var channel = token.FindFirstValue(ChannelClaim) ?? (role == Role.Customer ? CustomerChannel : null);
        return new Caller(role, subject)
        {
            Kitchens = token.FindAll(KitchensClaim).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal),
            Channel = channel,
        };
    }
}

/// <summary>Roles as they are written: <c>admin</c>.</summary>
static class Roles
{
    static readonly Dictionary<Role, string> names =
        Enum.GetValues<Role>().ToDictionary(
            role => role, role => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{role}"));

    /// <summary>Those that somebody may be; the system is nobody.</summary>
    public static IReadOnlyList<Role> OfCallers { get; } = [.. names.Keys.Where(role => role != Role.System)];

    public static string Of(Role role) => names[role];

    /// <summary>Null for any other word.</summary>
    public static Role? Read(string word) =>
        OfCallers.Where(role => names[role] == word).Select(role => (Role?)role).SingleOrDefault();
}
