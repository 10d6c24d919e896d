namespace Tiffin.Edge.Access;

/// <summary>How people sign in at the issuer of <c>Access:Jwt</c>, in the section <c>Access:SignIn</c>.</summary>
public sealed class SignInOptions
{
    /// <summary>As what the issuer knows Tiffin; without one, nobody signs in there.</summary>
    public string? ClientId { get; set; }

    /// <summary>For issuers that want one besides the proof (PKCE) that goes with each sign-in.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>Asked of the issuer besides <c>openid</c>, when its claims need it.</summary>
    public string[] Scopes { get; set; } = [];

    /// <summary>
    /// Where browsers reach Tiffin, such as <c>https://orders.example</c>, when a proxy ends TLS: the issuer sends them
    /// back to <c>/v1/session/callback</c> there. What the request says without.
    /// </summary>
    public string? PublicUrl { get; set; }
}
