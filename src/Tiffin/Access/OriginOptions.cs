namespace Tiffin.Access;

/// <summary>In the section <c>Access</c>.</summary>
public sealed class OriginOptions
{
    /// <summary>Other origins whose pages may ask, such as <c>https://staff.example</c>: to the letter.</summary>
    public string[] Origins { get; set; } = [];
}
