using System.Collections.Immutable;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Engine.Commit;

namespace Tiffin.Features.Catalogue;

/// <summary>What brands, ingredients, items and kitchens have in common: they are listed, read and put alike.</summary>
static class CatalogueEntries
{
    /// <summary>A page of entries in the order of their ids; <paramref name="by"/> is the one filter, if any.</summary>
    public static async Task<IResult> List<T, TBody>(
        HttpContext context, CatalogueReader reader, Func<CatalogueSnapshot, ImmutableDictionary<string, T>> entries,
        Func<T, CatalogueSnapshot, TBody> show, string? by = null, Func<T, string, bool>? matches = null)
    {
        var query = new Query(context);
        var (limit, after, wanted) = (query.Limit, query.CursorSlug, by is null ? null : query.Slug(by));
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
            return Problems.Of(new Refusal.Invalid(pointer, "differs_from_path", $"the path says '{pathId}'"));
        return await pipeline.Submit(command, context) switch
        {
            Outcome.OfEntry { Entry: T entry } outcome => TypedResults.Ok(show(entry, outcome.Catalogue)),
            var other => other.ToProblem(),
        };
    }
}
