using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.OpenApi;
using Tiffin.Domain;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Edge;

/// <summary>
/// Reads the query of a request as strictly as its body: a parameter that the operation does not know, stands twice or
/// cannot be read is an error that says what was expected.
/// </summary>
sealed class Query
{
    public const int LimitMax = 200;
    const int LimitDefault = 50;
    const int TextMax = 255;

    static readonly string[] times =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    readonly IQueryCollection values;
    readonly Faults faults = new();

    public Query(HttpContext context)
    {
        values = context.Request.Query;
        var known = context.GetEndpoint()!.Metadata.OfType<RequestParameter>()
            .Where(parameter => parameter.In == ParameterLocation.Query).Select(parameter => parameter.Name).ToList();
        foreach (var name in values.Keys)
        {
            if (!known.Contains(name)) Refuse(name, "unknown_parameter", Expected("no such parameter", known));
        }
    }

    /// <summary>What is wrong with everything that was read so far.</summary>
    public Problem? Problem => faults.All.Count > 0 ? Problems.Malformed(faults.All) : null;

    public int Limit => Number("limit", 1, LimitMax, LimitDefault);

    public int Number(string name, int min, int max, int otherwise)
    {
        if (One(name) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max)
            return number;
        Refuse(name, "out_of_range", $"expected a number from {min} to {max}");
        return otherwise;
    }

    public string? Slug(string name)
    {
        if (One(name) is not { } text) return null;
        if (Domain.Slug.IsValid(text)) return text;
        Refuse(name, "not_a_slug", $"expected {Domain.Slug.Pattern}");
        return null;
    }

    public string? Text(string name)
    {
        if (One(name) is not { } text) return null;
        if (text.Length is > 0 and <= TextMax && !text.Contains('\0', StringComparison.Ordinal)) return text;
        Refuse(name, "not_a_text", $"expected 1 to {TextMax} characters without NUL");
        return null;
    }

    public Guid? Id(string name)
    {
        if (One(name) is not { } text) return null;
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        Refuse(name, "not_an_id", "expected an id such as 019ab000-0000-7000-8000-000000000000");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (One(name) is not { } text) return null;
        if (DateTimeOffset.TryParseExact(
            text, times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time;
        Refuse(name, "not_a_time", "expected a time as in RFC 3339, such as 2026-01-31T18:30:00Z ('+' is written %2B)");
        return null;
    }

    /// <summary>Several words, in one parameter with commas or in several; empty when none is given.</summary>
    public IReadOnlyList<T> Words<T>(string name) where T : struct, Enum
    {
        var words = new List<T>();
        foreach (var text in Several(name))
        {
            if (Edge.Words<T>.TryRead(text, out var word)) words.Add(word);
            else Refuse(name, "unknown_word", Expected($"'{text}' is not known", Edge.Words<T>.All));
        }
        return words;
    }

    /// <summary>Types of events, named as in <see cref="EventPatterns"/>; null when none is given.</summary>
    public IReadOnlySet<EventType>? EventTypes(string name)
    {
        var patterns = Several(name);
        foreach (var pattern in patterns)
        {
            if (!EventPatterns.IsKnown(pattern))
                Refuse(name, "unknown_word", Expected($"'{pattern}' is not known", EventPatterns.All));
        }
        return patterns.Count == 0 ? null : EventPatterns.Types(patterns);
    }

    /// <summary>Several texts, in one parameter with commas or in several parameters.</summary>
    public IReadOnlyList<string> Several(string name) =>
        [.. values[name].SelectMany(value => (value ?? "").Split(','))];

    /// <summary>Slugs as in <see cref="Several"/>; null when none is given.</summary>
    public IReadOnlySet<string>? Slugs(string name)
    {
        var slugs = Several(name);
        if (!slugs.All(Domain.Slug.IsValid)) Refuse(name, "not_a_slug", $"expected {Domain.Slug.Pattern}, with commas");
        return slugs.Count == 0 ? null : slugs.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>A flag whose one meaning is a word: <c>below=threshold</c>.</summary>
    public bool Is(string name, string word)
    {
        if (One(name) is not { } text) return false;
        if (text == word) return true;
        Refuse(name, "unknown_word", $"expected {word}");
        return false;
    }

    /// <summary>The place to go on from, as <see cref="CursorAt"/> wrote it.</summary>
    public T? Cursor<T>(Func<string, T?> read) where T : class
    {
        if (One("cursor") is not { } text) return null;
        if (text.Length <= TextMax && Base64Url.IsValid(text)
            && read(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text))) is { } place)
            return place;
        Refuse("cursor", "not_a_cursor", "expected the nextCursor of the page before");
        return null;
    }

    /// <summary>The slug to go on after; the empty text is before all of them.</summary>
    public string CursorSlug => Cursor(text => Domain.Slug.IsValid(text) ? text : null) ?? "";

    public static string CursorAt(FormattableString place) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(FormattableString.Invariant(place)));

    string? One(string name)
    {
        if (!values.TryGetValue(name, out var found)) return null;
        if (found is [{ } text]) return text;
        Refuse(name, "duplicate", "expected once");
        return null;
    }

    public void Refuse(string name, string code, string message) => faults.Add(Place(name), code, message);

    /// <summary>Where a parameter of the query is in <c>errors</c>; pointers into the body begin at its root.</summary>
    public static string Place(string name) => $"/query/{name}";

    public static string Expected(string problem, IEnumerable<string> words) =>
        $"{problem}; expected one of: {string.Join(", ", words)}";
}
