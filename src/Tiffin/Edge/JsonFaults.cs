using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tiffin.Domain;

namespace Tiffin.Edge;

/// <summary>Turns errors of the JSON serializer into faults with a JSON pointer, without .NET terms.</summary>
static partial class JsonFaults
{
    public static Fault Of(JsonException error) =>
        new(Pointer(error.Path), "malformed", Message(error.Message.Split(" Path: ", 2)[0]));

    static string Message(string message)
    {
        if (message.StartsWith("expected ", StringComparison.Ordinal)) return message;
        if (Unmapped().Match(message) is { Success: true } unmapped)
            return $"unknown property '{unmapped.Groups[1].Value}'";
        if (Duplicate().Match(message) is { Success: true } duplicate)
            return $"duplicate property '{duplicate.Groups[1].Value}'";
        if (Missing().Match(message) is { Success: true } missing)
            return $"missing properties: {missing.Groups[1].Value}";
        // Must not match invalid JSON: "'nul' is an invalid JSON literal. Expected the literal 'null'."
        if (message.Contains("null values", StringComparison.Ordinal))
            return "must not be null: it is required";
        if (Unconvertible().Match(message) is { Success: true } type)
            return $"expected {Expected(type.Groups[1].Value)}";
        if (message.Contains("maximum configured depth", StringComparison.Ordinal))
            return "nested too deeply; expected at most 16 levels";
        return "expected valid JSON";
    }

    static string Expected(string type) => type switch
    {
        _ when type.Contains("Dictionary", StringComparison.Ordinal) => "an object with string values",
        _ when type.Contains("List", StringComparison.Ordinal) || type.EndsWith("[]", StringComparison.Ordinal) =>
            "an array",
        _ when type.StartsWith("System.", StringComparison.Ordinal) => "a value of another type",
        _ => $"an object{Members(type)}",
    };

    static string Members(string typeName)
    {
        // The exception contains only the name of the type.
        var assemblies = new[] { typeof(JsonFaults).Assembly, typeof(Fault).Assembly };
        if (assemblies.Select(one => one.GetType(typeName)).FirstOrDefault(one => one is not null) is not { } type)
            return "";
        var parameters = type.GetConstructors().SelectMany(one => one.GetParameters())
            .Where(parameter => !parameter.HasDefaultValue).Select(parameter => parameter.Name).ToHashSet();
        var (required, optional) = (new List<string>(), new List<string>());
        foreach (var property in type.GetProperties().Where(one => one.CanWrite))
        {
            var isRequired = parameters.Contains(property.Name)
                || property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
            (isRequired ? required : optional).Add(JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        }
        return (required, optional) switch
        {
            ([], _) => $" with any of {string.Join(", ", optional)}",
            (_, []) => $" with {string.Join(", ", required)}",
            _ => $" with {string.Join(", ", required)}, and optionally {string.Join(", ", optional)}",
        };
    }

    /// <summary>Turns <c>$.lines[0].quantity</c> into <c>/lines/0/quantity</c> (RFC 6901).</summary>
    internal static string Pointer(string? path)
    {
        if (path is null or "$") return "";
        var pointer = new StringBuilder();
        foreach (Match step in Step().Matches(path))
        {
            var name = step.Groups[1].Success ? step.Groups[1].Value
                : step.Groups[2].Success ? step.Groups[2].Value
                : step.Groups[3].Value;
            pointer.Append('/').Append(Fault.EscapePointerSegment(name));
        }
        return pointer.ToString();
    }

    [GeneratedRegex(@"\.([^.\[]+)|\['(.*?)'\]|\[(\d+)\]")]
    private static partial Regex Step();

    [GeneratedRegex("The JSON property '(.*)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex("Duplicate property '(.*)' encountered")]
    private static partial Regex Duplicate();

    [GeneratedRegex(@"was missing required properties including: (.*)\.")]
    private static partial Regex Missing();

    [GeneratedRegex(@"could not be converted to (\S+)\.")]
    private static partial Regex Unconvertible();
}
