using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiffin.Domain;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge;

/// <summary>
/// A problem details response (RFC 9457). <paramref name="Code"/> is stable: clients switch on it.
/// <see cref="WriteExtensions"/> writes extension members.
/// </summary>
sealed record Problem(int Status, string Code, string Title, string Detail) : IResult
{
    public IReadOnlyList<Fault> Faults { get; init; } = [];
    public Action<Utf8JsonWriter>? WriteExtensions { get; init; }

    /// <summary>Seconds after which the client should retry.</summary>
    public int? RetryAfter { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (RetryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await response.WriteBytes(
            "application/problem+json", Body(Activity.Current?.TraceId.ToHexString()), httpContext.RequestAborted);
    }

    /// <summary>An example of the body.</summary>
    public JsonNode ExampleBody() => JsonNode.Parse(Body("4bf92f3577b34da6a3ce929d0e0e4736"))!;

    byte[] Body(string? trace) => JsonBuffer.Object(json =>
    {
        json.WriteString("type"u8, ProblemPage.TypeOf(Code));
        json.WriteString("title"u8, Title);
        json.WriteNumber("status"u8, Status);
        json.WriteString("detail"u8, Detail);
        json.WriteString("code"u8, Code);
        if (trace is not null) json.WriteString("traceId"u8, trace);
        if (Faults.Count > 0) WriteFaults(json);
        WriteExtensions?.Invoke(json);
    });

    void WriteFaults(Utf8JsonWriter json)
    {
        json.WriteStartObject("errors"u8);
        foreach (var place in Faults.GroupBy(fault => fault.Pointer, StringComparer.Ordinal))
        {
            json.WriteStartArray(place.Key);
            foreach (var fault in place)
            {
                json.WriteStartObject();
                json.WriteString("code"u8, fault.Code);
                json.WriteString("message"u8, fault.Message);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
