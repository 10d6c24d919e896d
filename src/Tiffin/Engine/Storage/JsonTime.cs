using System.Globalization;

namespace Tiffin.Engine.Storage;

/// <summary>RFC 3339 in UTC to the millisecond: <c>2026-11-22T12:34:56.789Z</c>.</summary>
static class JsonTime
{
    const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}
