namespace Tiffin.Edge.Access;

/// <summary>
/// Browser sign-in at the OpenID Connect issuer of <c>Access:Jwt</c>, in the section <c>Access:SignIn</c>.
/// </summary>
sealed class SignInOptions
{
    /// <summary>The client id of Tiffin at the issuer. If not set, browser sign-in is disabled.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client secret, for issuers that require one in addition to PKCE.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>Scopes to request in addition to <c>openid</c>.</summary>
    public string[] Scopes { get; set; } = [];

    /// <summary>
    /// Public URL of Tiffin, such as <c>https://orders.example</c>, for a proxy that terminates TLS. The issuer
    /// redirects to <c>/v1/session/callback</c> below it. Defaults to scheme and host of the request.
    /// </summary>
    public string? PublicUrl { get; set; }
}
