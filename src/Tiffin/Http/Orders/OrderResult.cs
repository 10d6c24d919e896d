using System.Buffers;
using System.Globalization;
using Tiffin.Commit;
using Tiffin.Domain;
using Tiffin.Tracking;
using Tiffin.Wire;

namespace Tiffin.Http.Orders;

/// <summary>An order as the answer: 201 for one that was placed now or under the same key, 200 otherwise.</summary>
sealed class OrderResult(OrderDocument document, Role viewer, int status, bool replayed = false) : IResult
{
    public static OrderResult Placed(Outcome.OfOrder outcome, Role viewer) => new(
        outcome.Document, viewer, outcome.How == Made.Before ? 200 : 201, outcome.How == Made.Replayed);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var etag = string.Create(CultureInfo.InvariantCulture, $"\"{document.Order.Version}\"");
        response.Headers.ETag = etag;
        if (status == 200 && HttpMethods.IsGet(httpContext.Request.Method)
            && httpContext.Request.Headers.IfNoneMatch.Contains(etag))
        {
            response.StatusCode = 304;
            return;
        }
        response.StatusCode = status;
        response.ContentType = "application/json";
        if (status == 201) response.Headers.Location = $"/v1/orders/{document.Order.Id}";
        if (replayed) response.Headers["Idempotency-Replayed"] = "true";
        var body = new ArrayBufferWriter<byte>(document.Content.Length + 1024);
        var trackingUrl = httpContext.RequestServices.GetRequiredService<TrackTokens>().Url(document.Order.Id);
        OrderJson.Write(body, document, viewer, trackingUrl);
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, httpContext.RequestAborted);
    }
}
