namespace Tiffin.Screens.Tests;

/// <summary>The size and the settings of a touch screen.</summary>
sealed record Device(int Width, int Height)
{
    public static readonly Device Phone = new(390, 844);
    public static readonly Device Tablet = new(1280, 800);

    public bool IsDark { get; init; }
    public bool HasScript { get; init; } = true;
    public string Locale { get; init; } = "en-IN";

    public BrowserNewContextOptions Context(Uri server) => new()
    {
        BaseURL = server.ToString(),
        ViewportSize = new() { Width = Width, Height = Height },
        ColorScheme = IsDark ? ColorScheme.Dark : ColorScheme.Light,
        JavaScriptEnabled = HasScript,
        HasTouch = true,
        Locale = Locale,
        TimezoneId = "Asia/Kolkata",
    };
}
