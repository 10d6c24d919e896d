using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.OpenApi;
using Tiffin.Domain;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Edge;

/// <summary>
/// Parses query parameters as strictly as bodies: an unknown, repeated or invalid parameter is an error that says what
/// was expected.
/// </summary>
sealed class Query
{
    public const int LimitMax = 200;
    const int LimitDefault = 50;
    const int TextMax = 255;

    static readonly string[] times =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    readonly IQueryCollection values;
    readonly List<string> declared;
    readonly Faults faults = new();

    public Query(HttpContext context)
    {
        values = context.Request.Query;
        declared = [.. context.GetEndpoint()!.Metadata.OfType<RequestParameter>()
            .Where(parameter => parameter.In == ParameterLocation.Query).Select(parameter => parameter.Name)];
        const string Unknown = "unknown parameter";
        foreach (var name in values.Keys.Except(declared))
        {
            AddFault(name, "unknown_parameter",
                declared.Count == 0 ? $"{Unknown}; the operation has none" : Expected(Unknown, declared));
        }
    }

    /// <summary>The error of a request with undeclared parameters, even if the handler parses none.</summary>
    public static Problem? Undeclared(HttpContext context) =>
        context.Request.Query.Count > 0 ? new Query(context).Problem : null;

    /// <summary>The errors of all parameters parsed so far; null if there are none.</summary>
    public Problem? Problem => faults.All.Count > 0 ? Problems.Malformed(faults.All) : null;

    public int Limit => Number("limit", 1, LimitMax, LimitDefault);

    public int Number(string name, int min, int max, int otherwise)
    {
        if (Single(name) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max)
            return number;
        AddFault(name, "out_of_range", $"expected a number from {min} to {max}");
        return otherwise;
    }

    public string? Slug(string name)
    {
        if (Single(name) is not { } text) return null;
        if (Domain.Slug.IsValid(text)) return text;
        AddFault(name, "not_a_slug", $"expected {Domain.Slug.Pattern}");
        return null;
    }

    public string? Text(string name)
    {
        if (Single(name) is not { } text) return null;
        if (text.Length is > 0 and <= TextMax && !text.Contains('\0', StringComparison.Ordinal)) return text;
        AddFault(name, "not_a_text", $"expected 1 to {TextMax} characters without NUL");
        return null;
    }

    public Guid? Id(string name)
    {
        if (Single(name) is not { } text) return null;
        if (Guid.TryParseExact(text, "D", out var id)) return id;
        AddFault(name, "not_an_id", "expected an id such as 019ab000-0000-7000-8000-000000000000");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Single(name) is not { } text) return null;
        if (DateTimeOffset.TryParseExact(
            text, times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time;
        AddFault(name, "not_a_time", "expected an RFC 3339 time such as 2026-01-31T18:30:00Z (encode '+' as %2B)");
        return null;
    }

    /// <summary>The value of one of the words; null if none is given, or if it is unknown, which is an error.</summary>
    public T? Word<T>(string name, IReadOnlyDictionary<string, T> words, bool isRequired = false) where T : struct
    {
        if (Single(name) is { } text)
        {
            if (words.TryGetValue(text, out var value)) return value;
            AddFault(name, "unknown_word", Expected($"unknown value '{text}'", words.Keys));
        }
        else if (isRequired && Given(name).Count == 0) AddFault(name, "required", Expected("required", words.Keys));
        return null;
    }

    /// <summary>Enum values, separated by commas or in repeated parameters; empty if none is given.</summary>
    public IReadOnlyList<T> Words<T>(string name) where T : struct, Enum
    {
        var words = new List<T>();
        foreach (var text in Strings(name))
        {
            if (Names.TryParse(text, out T word)) words.Add(word);
            else AddFault(name, "unknown_word", Expected($"unknown value '{text}'", Names.All<T>()));
        }
        return words;
    }

    /// <summary>Event types, as in <see cref="EventPatterns"/>; null if none is given.</summary>
    public IReadOnlySet<EventType>? EventTypes(string name)
    {
        var patterns = Strings(name);
        foreach (var pattern in patterns)
        {
            if (!EventPatterns.IsKnown(pattern))
                AddFault(name, "unknown_word", Expected($"unknown value '{pattern}'", EventPatterns.All));
        }
        return patterns.Count == 0 ? null : EventPatterns.Types(patterns);
    }

    /// <summary>Strings, separated by commas or in repeated parameters.</summary>
    public IReadOnlyList<string> Strings(string name) =>
        [.. Given(name).SelectMany(value => (value ?? "").Split(','))];

    /// <summary>Slugs, as in <see cref="Strings"/>; null if none is given.</summary>
    public IReadOnlySet<string>? Slugs(string name)
    {
        var slugs = Strings(name);
        if (!slugs.All(Domain.Slug.IsValid))
            AddFault(name, "not_a_slug", $"expected {Domain.Slug.Pattern}, separated by commas");
        return slugs.Count == 0 ? null : slugs.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>A flag with a single allowed value, such as <c>below=threshold</c>.</summary>
    public bool Flag(string name, string word)
    {
        if (Single(name) is not { } text) return false;
        if (text == word) return true;
        AddFault(name, "unknown_word", $"expected {word}");
        return false;
    }

    /// <summary>The cursor of <see cref="EncodeCursor"/>, parsed; null without one.</summary>
    public T? Cursor<T>(Func<string, T?> read) where T : class
    {
        if (Single("cursor") is not { } text) return null;
        if (text.Length <= TextMax && Base64Url.IsValid(text)
            && read(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text))) is { } place)
            return place;
        AddFault("cursor", "not_a_cursor", "expected the nextCursor of the previous page");
        return null;
    }

    /// <summary>A cursor that is an id; null without one.</summary>
    public Guid? CursorId => Cursor(text => Guid.TryParseExact(text, "N", out _) ? text : null) is { } id
        ? Guid.ParseExact(id, "N")
        : null;

    /// <summary>A cursor that is a slug; empty without one, which sorts before all slugs.</summary>
    public string CursorSlug => Cursor(text => Domain.Slug.IsValid(text) ? text : null) ?? "";

    public static string EncodeCursor(FormattableString place) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(FormattableString.Invariant(place)));

    string? Single(string name)
    {
        if (Given(name) is not { Count: > 0 } given) return null;
        if (given is [{ } text]) return text;
        AddFault(name, "duplicate", "given more than once");
        return null;
    }

    // Without the declaration, the constructor would refuse every value.
    StringValues Given(string name) => declared.Contains(name) ? values[name] : throw new InvalidOperationException(
        $"The operation reads the query parameter '{name}', which it does not declare.");

    public void AddFault(string name, string code, string message) => faults.Add(Pointer(name), code, message);

    /// <summary>The key of a query parameter in <c>errors</c>.</summary>
    public static string Pointer(string name) => $"/query/{Fault.EscapePointerSegment(name)}";

    public static string Expected(string problem, IEnumerable<string> words) =>
        $"{problem}; expected one of: {string.Join(", ", words)}";
}
