using System.Buffers;
using System.Text.Json;
using Tiffin.Edge;
using Tiffin.Engine.Storage;
using Tiffin.Engine.Wire;

namespace Tiffin.Features.Events;

/// <summary>A page of CloudEvents: <c>{"data":[…],"nextCursor":"…"}</c>.</summary>
sealed class EventPage(IReadOnlyList<StoredEvent> events, string? next, bool withStock) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new ArrayBufferWriter<byte>(256 + events.Sum(e => e.Data.Length + 512));
        body.Write("{\"data\":["u8);
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0) body.Write(","u8);
            CloudEventJson.Write(body, events[i], withStock);
        }
        body.Write("]"u8);
        if (next is not null)
        {
            body.Write(",\"nextCursor\":"u8);
            body.Write(JsonSerializer.SerializeToUtf8Bytes(next, WireJson.Default.String));
        }
        body.Write("}"u8);
        await httpContext.Response.WriteBytes("application/json", body.WrittenMemory, httpContext.RequestAborted);
    }
}
