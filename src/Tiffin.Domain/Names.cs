using System.Text.Json;

namespace Tiffin.Domain;

/// <summary>
/// The names of enum values on the wire, in snake_case: in bodies, queries, claims, events, the database and schemas.
/// They are derived from the member names. A test lists them: renaming a member must not change the API.
/// </summary>
public static class Names
{
    public static string Of<T>(T value) where T : struct, Enum => Table<T>.Names[value];

    public static string Of(EventType type) => EventTypes.Row(type).Name;

    public static IReadOnlyCollection<string> All<T>() where T : struct, Enum => Table<T>.Values.Keys;

    public static IEnumerable<string> AllOf(Type type) =>
        Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    public static bool TryParse<T>(string name, out T value) where T : struct, Enum =>
        Table<T>.Values.TryGetValue(name, out value);

    /// <exception cref="FormatException">No value has the name.</exception>
    public static T Parse<T>(string name) where T : struct, Enum => TryParse(name, out T value)
        ? value
        : throw new FormatException($"'{name}' is not one of: {string.Join(", ", All<T>())}");

    static class Table<T> where T : struct, Enum
    {
        public static readonly Dictionary<string, T> Values = AllOf(typeof(T)).Zip(Enum.GetValues<T>())
            .ToDictionary(StringComparer.Ordinal);

        public static readonly Dictionary<T, string> Names = Values.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
