using System.Text.Json;
using System.Text.Json.Serialization;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Edge;
using Tiffin.Features.Catalogue;

namespace Tiffin.Cli;

/// <summary>
/// A chain as one JSON document for import: the entries of the catalogue with their ids, and the opening stock of the
/// kitchens.
/// </summary>
sealed record ChainFile(
    IReadOnlyList<BrandBody>? Brands = null, IReadOnlyList<IngredientBody>? Ingredients = null,
    IReadOnlyList<ItemBody>? Items = null, IReadOnlyList<KitchenBody>? Kitchens = null,
    IReadOnlyList<OpeningStock>? Stock = null)
    : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized()
    {
        Elements.NotNull(Brands, "brands");
        Elements.NotNull(Ingredients, "ingredients");
        Elements.NotNull(Items, "items");
        Elements.NotNull(Kitchens, "kitchens");
        Elements.NotNull(Stock, "stock");
    }

    /// <exception cref="ChainFileException">The file cannot be read or is invalid.</exception>
    public static async Task<ChainFile> Read(string path, CancellationToken cancel)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync(file, ChainJson.Strict.ChainFile, cancel)
                ?? throw new JsonException("expected an object");
        }
        catch (JsonException error)
        {
            throw new ChainFileException([JsonFaults.Of(error)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ChainFileException([new Fault("", "unreadable", error.Message)]);
        }
    }

    /// <summary>The catalogue as one command, ordered so that references point to earlier entries.</summary>
    public ImportCatalogue Catalogue(Caller caller)
    {
        var faults = new Faults();
        ImportEntry[] entries =
        [
            .. EntriesOf("brands", Brands, brand => brand.Id, (brand, id) => brand.ToCommand(id, caller), faults),
            .. EntriesOf("ingredients", Ingredients, i => i.Sku, (i, sku) => i.ToCommand(sku, caller), faults),
            .. EntriesOf("items", Items, item => item.Id, (item, id) => item.ToCommand(id, caller), faults)
                .OrderBy(entry => ((PutItem)entry.Command).Kind != ItemKind.Modifier),
            .. EntriesOf("kitchens", Kitchens, k => k.Id, (kitchen, id) => kitchen.ToCommand(id, caller), faults),
        ];
        if (faults.All.Count > 0) throw new ChainFileException(faults.All);
        return new ImportCatalogue(entries) { Caller = caller };
    }

    /// <summary>The opening stock, one command per kitchen.</summary>
    public IEnumerable<SetOpeningStock> Openings(Caller caller) =>
        from line in (Stock ?? []).Select((stock, i) => (stock.KitchenId, Line: stock.ToLine($"/stock/{i}")))
        group line.Line by line.KitchenId into lines
        select new SetOpeningStock(lines.Key, [.. lines]) { Caller = caller };

    static List<ImportEntry> EntriesOf<T>(
        string name, IReadOnlyList<T>? bodies, Func<T, string?> idOf, Func<T, string, CatalogueCommand> put,
        Faults faults)
    {
        var entries = new List<ImportEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < bodies?.Count; i++)
        {
            var (at, id) = ($"/{name}/{i}", idOf(bodies[i]));
            if (id is null) faults.Add(at, "required", "each entry needs an id");
            else if (!seen.Add(id)) faults.Add(at, "duplicate", $"duplicate id '{id}'");
            else entries.Add(new ImportEntry(at, put(bodies[i], id)));
        }
        return entries;
    }
}

sealed record OpeningStock(string KitchenId, string Sku, long OnHand, long Threshold)
{
    public OpeningStockLine ToLine(string pointer) => new(pointer, Sku, OnHand, Threshold);
}

/// <summary>A chain file cannot be imported. The message has one line per fault.</summary>
sealed class ChainFileException(IReadOnlyList<Fault> faults)
    : Exception(string.Join('\n', faults.Select(fault => $"{fault.Pointer}: {fault.Message}".TrimStart(' ', ':'))));

[JsonSerializable(typeof(ChainFile))]
sealed partial class ChainJson : JsonSerializerContext
{
    public static ChainJson Strict { get; } = new(StrictJson.Options());
}
