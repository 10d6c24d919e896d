using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiffin.Bench.Results;

/// <summary>The results of one call of the bench, and its machine.</summary>
sealed record ResultSet(DateTimeOffset Started, Machine Machine)
{
    public List<Measurement> Measurements { get; init; } = [];

    /// <summary>Errors by scenario that failed.</summary>
    public Dictionary<string, string> Failures { get; init; } = [];
    public double Minutes { get; set; }
}

/// <summary>Rewritten after every run, so that a later failure loses nothing.</summary>
static class ResultFile
{
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string NameOf(DateTimeOffset started) =>
        started.ToString("yyyy-MM-dd'T'HHmm", CultureInfo.InvariantCulture) + ".json";

    public static void Write(string file, ResultSet results)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var fresh = file + ".new";
        File.WriteAllText(fresh, JsonSerializer.Serialize(results, json) + "\n");
        File.Move(fresh, file, overwrite: true);
    }

    public static ResultSet Read(string file) =>
        JsonSerializer.Deserialize<ResultSet>(File.ReadAllText(file), json)!;
}
