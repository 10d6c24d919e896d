namespace Tiffin.Access;

/// <summary>In the section <c>Access</c>.</summary>
public sealed class OriginOptions
{
    /// <summary>Other origins whose pages may ask, such as <c>https://staff.example</c>; there are no patterns.</summary>
    public string[] Origins { get; set; } = [];
}
