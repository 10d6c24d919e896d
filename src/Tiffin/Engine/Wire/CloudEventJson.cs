using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tiffin.Domain;
using Tiffin.Engine.Storage;

namespace Tiffin.Engine.Wire;

/// <summary>
/// Writes events as CloudEvents 1.0 in structured mode. Extensions: <c>sequence</c> is the order's version,
/// <c>position</c> the position in the log (a string: CloudEvents integers have 32 bits), <c>kitchenid</c>,
/// <c>brandid</c>, and <c>traceparent</c> of the request that caused the event, if it was traced.
/// </summary>
static class CloudEventJson
{
    public const string ContentType = "application/cloudevents+json";

    /// <param name="withStock">Includes stock changes; only for receivers that may see recipes.</param>
    public static void Write(IBufferWriter<byte> output, StoredEvent e, bool withStock)
    {
        using var json = new Utf8JsonWriter(output, ReadableJson.Writer);
        json.WriteStartObject();
        json.WriteString("specversion"u8, "1.0"u8);
        json.WriteString("id"u8, e.Id);
        json.WriteString("source"u8, "/tiffin"u8);
        json.WriteString("type"u8, Names.Of(e.Type));
        json.WriteString("subject"u8, e.OrderId is { } order ? $"orders/{order}" : e.Subject);
        json.WriteString("time"u8, JsonTime.Text(e.At));
        json.WriteString("datacontenttype"u8, "application/json"u8);
        if (e.Sequence is { } sequence)
            json.WriteString("sequence"u8, sequence.ToString("D10", CultureInfo.InvariantCulture));
        json.WriteString("position"u8, e.Position.ToString(CultureInfo.InvariantCulture));
        json.WriteText("kitchenid", e.KitchenId);
        json.WriteText("brandid", e.BrandId);
        json.WriteText("traceparent", e.Traceparent);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(withStock ? e.Data : WithoutStock(e.Data), skipInputValidation: true);
        json.WriteEndObject();
    }

    public static byte[] Bytes(StoredEvent e, bool withStock)
    {
        var output = new ArrayBufferWriter<byte>(e.Data.Length + 512);
        Write(output, e, withStock);
        return output.WrittenSpan.ToArray();
    }

    // Copies all other members byte for byte.
    static byte[] WithoutStock(byte[] data)
    {
        var json = new Utf8JsonReader(data);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isStock, start) = (json.ValueTextEquals("stock"u8), (int)json.TokenStartIndex);
            json.Skip();
            if (!isStock) continue;
            // Includes the comma after the member.
            var end = (int)json.BytesConsumed;
            if (data[end] == (byte)',') end++;
            else if (data[start - 1] == (byte)',') start--;
            return [.. data.AsSpan(0, start), .. data.AsSpan(end)];
        }
        return data;
    }
}
