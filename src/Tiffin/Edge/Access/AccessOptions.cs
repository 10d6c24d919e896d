namespace Tiffin.Edge.Access;

/// <summary>In the section <c>Access</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>Other origins whose pages may ask, such as <c>https://staff.example</c>: to the letter.</summary>
    public string[] Origins { get; set; } = [];

    /// <summary>
    /// Proxies that are believed when they say for whom they ask (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>):
    /// addresses or networks, such as <c>10.0.0.0/16</c>. Without them, what all clients of a proxy may do together
    /// is what one address may.
    /// </summary>
    public string[] Proxies { get; set; } = [];

    /// <summary>
    /// How often a node reads all keys again, beside the changes that it reads every other second. A key that was
    /// deleted or edited by SQL, or whose revocation a failover took back, is noticed within this time.
    /// </summary>
    public TimeSpan KeyReload { get; set; } = TimeSpan.FromSeconds(30);
}
