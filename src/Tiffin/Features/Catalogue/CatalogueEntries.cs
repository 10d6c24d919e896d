using System.Collections.Immutable;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Engine.Commit;

namespace Tiffin.Features.Catalogue;

/// <summary>List, get and put, shared by brands, ingredients, items and kitchens.</summary>
static class CatalogueEntries
{
    /// <summary>By id. <paramref name="filter"/>: the query parameter that filters, if any.</summary>
    public static async Task<IResult> List<T, TBody>(
        HttpContext context, CatalogueReader reader, Func<CatalogueSnapshot, ImmutableDictionary<string, T>> entries,
        Func<T, CatalogueSnapshot, TBody> show, string? filter = null, Func<T, string, bool>? matches = null)
    {
        var query = new Query(context);
        var (limit, after, wanted) = (query.Limit, query.CursorSlug, filter is null ? null : query.Slug(filter));
        if (query.Problem is { } bad) return bad;
        var catalogue = await reader.Read(context.RequestAborted);
        var found = entries(catalogue)
            .Where(entry => string.CompareOrdinal(entry.Key, after) > 0
                && (wanted is null || matches!(entry.Value, wanted)))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal).Take(limit + 1).ToList();
        var page = Page.Of(found, limit, entry => $"{entry.Key}");
        return TypedResults.Ok(new Page<TBody>(
            [.. page.Data.Select(entry => show(entry.Value, catalogue))], page.NextCursor));
    }

    public static async Task<IResult> Get<T, TBody>(
        HttpContext context, CatalogueReader reader, string kind, string id,
        Func<CatalogueSnapshot, ImmutableDictionary<string, T>> entries, Func<T, CatalogueSnapshot, TBody> show)
    {
        var catalogue = await reader.Read(context.RequestAborted);
        return entries(catalogue).TryGetValue(id, out var entry)
            ? TypedResults.Ok(show(entry, catalogue))
            : Problems.Of(new Refusal.EntryUnknown(kind, id));
    }

    public static async Task<IResult> Put<T, TBody>(
        HttpContext context, CommitPipeline pipeline, string pathId, string? bodyId, string pointer,
        CatalogueCommand command, Func<T, CatalogueSnapshot, TBody> show)
    {
        if (bodyId is not null && bodyId != pathId)
            return Problems.Of(new Refusal.Invalid(
                pointer, "differs_from_path", $"must be '{pathId}', as in the path, or absent"));
        return await pipeline.Submit(command, context) switch
        {
            Outcome.OfEntry { Entry: T entry } outcome => TypedResults.Ok(show(entry, outcome.Catalogue)),
            var other => other.ToProblem(),
        };
    }
}
