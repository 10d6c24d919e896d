using System.Security.Claims;
using Tiffin.Domain;

namespace Tiffin.Edge.Access;

/// <summary>The OpenID Connect issuer of customers and staff, in the section <c>Access:Jwt</c>.</summary>
sealed class JwtOptions
{
    /// <summary>URL of the issuer, such as <c>https://login.example</c>. If not set, JWTs are rejected.</summary>
    public string? Authority { get; set; }

    /// <summary>Required audience (<c>aud</c>) of a token.</summary>
    public string Audience { get; set; } = "tiffin";

    /// <summary>Whether the issuer must use HTTPS. Disable it only for an issuer on the same machine.</summary>
    public bool RequireHttps { get; set; } = true;

    /// <summary>
    /// Allowed signature algorithms. Defaults to RS256, PS256 and ES256. Use public-key algorithms only: with a shared
    /// secret, every verifier could issue tokens.
    /// </summary>
    public string[]? Algorithms { get; set; }

    /// <summary>Tolerated clock skew of the issuer, at most 60 seconds.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    static readonly TimeSpan clockSkewMax = TimeSpan.FromSeconds(60);
    static readonly string[] algorithms = ["RS256", "PS256", "ES256"];

    internal string[] AllowedAlgorithms => Algorithms is { Length: > 0 } some ? some : algorithms;

    internal bool IsClockSkewValid => ClockSkew >= TimeSpan.Zero && ClockSkew <= clockSkewMax;

    /// <summary>Claim with the caller's id.</summary>
    public string SubjectClaim { get; set; } = "sub";
    /// <summary>Claim with the role. Without it the caller is a customer.</summary>
    public string RoleClaim { get; set; } = "role";
    /// <summary>Claim with the ids of the caller's kitchens.</summary>
    public string KitchensClaim { get; set; } = "kitchens";
    /// <summary>Claim with the caller's channel.</summary>
    public string ChannelClaim { get; set; } = "channel";

    /// <summary>The channel of customers whose token has no channel claim.</summary>
    public string CustomerChannel { get; set; } = "app";

    /// <summary>The caller that a valid token identifies; null if its claims do not.</summary>
    public Caller? Caller(ClaimsPrincipal token)
    {
        if (token.FindFirstValue(SubjectClaim) is not { Length: > 0 and <= Domain.Caller.IdMax } subject) return null;
        var word = token.FindFirstValue(RoleClaim) ?? Names.Of(Role.Customer);
        if (!Names.TryParse(word, out Role role) || role == Role.System) return null;
        var channel = token.FindFirstValue(ChannelClaim) ?? (role == Role.Customer ? CustomerChannel : null);
        return new Caller(role, subject)
        {
            Kitchens = token.FindAll(KitchensClaim).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal),
            Channel = channel,
        };
    }
}
