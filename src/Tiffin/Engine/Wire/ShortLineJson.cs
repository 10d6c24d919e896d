using System.Text.Json;
using Tiffin.Domain;

namespace Tiffin.Engine.Wire;

/// <summary>The lines of an order for which the stock is insufficient.</summary>
static class ShortLineJson
{
    /// <summary>
    /// Writes the member <c>lines</c>. <paramref name="withMissing"/> includes the ingredients, which only callers who
    /// see stock may see.
    /// </summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ShortLine> lines, bool withMissing)
    {
        json.WriteStartArray("lines"u8);
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("pointer"u8, $"/lines/{line.Line}");
            json.WriteString("itemId"u8, line.ItemId);
            json.WriteNumber("portions"u8, line.Portions);
            if (withMissing && line.Missing.Count > 0) WriteMissing(json, line.Missing);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteMissing(Utf8JsonWriter json, IReadOnlyList<Shortage> shortages)
    {
        json.WriteStartArray("missing"u8);
        foreach (var missing in shortages)
        {
            json.WriteStartObject();
            json.WriteString("sku"u8, missing.Sku);
            json.WriteString("unit"u8, missing.Unit);
            json.WriteNumber("needed"u8, missing.Needed);
            json.WriteNumber("available"u8, missing.Available);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
