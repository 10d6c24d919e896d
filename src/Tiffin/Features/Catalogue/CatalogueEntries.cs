using System.Collections.Immutable;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Edge;
using Tiffin.Engine.Commit;

namespace Tiffin.Features.Catalogue;

/// <summary>List, get and put, shared by brands, ingredients, items and kitchens.</summary>
static class CatalogueEntries
{
    /// <summary>Sorted by id. <paramref name="filter"/>: the query parameter that filters, if any.</summary>
    public static async Task<IResult> List<T, TBody>(
        HttpContext context, CatalogueReader reader, Func<CatalogueSnapshot, ImmutableDictionary<string, T>> entries,
        Func<T, CatalogueSnapshot, TBody> toBody, string? filter = null, Func<T, string, bool>? matches = null)
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
            [.. page.Data.Select(entry => toBody(entry.Value, catalogue))], page.NextCursor));
    }

    public static async Task<IResult> Get<T, TBody>(
        HttpContext context, CatalogueReader reader, string kind, string id,
        Func<CatalogueSnapshot, ImmutableDictionary<string, T>> entries, Func<T, CatalogueSnapshot, TBody> toBody)
    {
        var catalogue = await reader.Read(context.RequestAborted);
        return entries(catalogue).TryGetValue(id, out var entry)
            ? new TaggedJson<TBody>(toBody(entry, catalogue))
            : Problems.Of(new Refusal.EntryNotFound(kind, id));
    }

    public static async Task<IResult> Put<T, TBody>(
        HttpContext context, CommitPipeline pipeline, string pathId, string? bodyId, string pointer,
        CatalogueCommand command, Func<T, CatalogueSnapshot, TBody> toBody)
    {
        if (bodyId is not null && bodyId != pathId)
            return Problems.Of(new Refusal.Invalid(
                pointer, "differs_from_path", $"must be '{pathId}', as in the path, or absent"));
        if (!IfMatch.TryRead(context, out var condition)) return IfMatch.Malformed;
        if (condition is not null) command = command with { Condition = MatchesCondition };
        return await pipeline.Submit(command, context) switch
        {
            Outcome.OfEntry { Entry: T entry } outcome => new TaggedJson<TBody>(toBody(entry, outcome.Catalogue)),
            var other => other.ToProblem(),
        };

        bool MatchesCondition(CatalogueEntry? entry, CatalogueSnapshot catalogue) => entry is T current
            && condition.Tags?.Contains(TaggedJson<TBody>.TagOf(toBody(current, catalogue), context.RequestServices))
                is not false;
    }

    /// <summary>Declares the If-Match handling of <see cref="Put"/>.</summary>
    public static RouteHandlerBuilder ReplacesEntry(this RouteHandlerBuilder endpoint) => endpoint
        .RequestHeader("If-Match", "One or more ETags. Returns 412 if none matches because the entry has changed.")
        .ResponseHeader("ETag", always: true, 200)
        .Problem(400, "malformed_request")
        .Problem(412, "stale_entry");
}
