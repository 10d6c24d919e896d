using Tiffin.Edge;

namespace Tiffin.Features.Events;

/// <summary>
/// Serves the AsyncAPI 3.0 document. Its examples are real events, written and checked by a test.
/// </summary>
static class AsyncApiEndpoint
{
    static readonly PublicDocument document = new(Read());

    public static void MapAsyncApi(this IEndpointRouteBuilder app) =>
        app.MapGet("/asyncapi.json", () => document)
            .ExcludeFromDescription().Public();

    static byte[] Read()
    {
        using var stream = typeof(AsyncApiEndpoint).Assembly.GetManifestResourceStream("asyncapi.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
