using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Tiffin.Edge;

/// <summary>
/// Normalizes and checks the charset of a JSON body. The framework would treat the quotes of <c>charset="utf-8"</c> as
/// part of the name, and throw on an unknown name.
/// </summary>
static class JsonCharset
{
    public static void UseJsonCharset(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is null
            || !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.Charset.HasValue)
            return next(context);
        type.Charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (!IsKnown(type.Charset.Value!))
            return ErrorResponses.OfStatus(StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(context);
        context.Request.ContentType = type.ToString();
        return next(context);
    });

    static bool IsKnown(string charset)
    {
        try
        {
            return Encoding.GetEncoding(charset) is not null;
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
