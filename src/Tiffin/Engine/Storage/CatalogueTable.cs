using System.Text.Json;
using Npgsql;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The catalogue's tables. Every row has the catalogue version that wrote it, so that a node reads only the rows
/// changed since the version in its cache.
/// </summary>
static class CatalogueTable
{
    static readonly RowSet<Row<Brand>> brands = Entries<Brand>()
        .Column("id", row => row.Entry.Id)
        .Column("name", row => row.Entry.Name);

    static readonly RowSet<Row<Ingredient>> ingredients = Entries<Ingredient>()
        .Column("number", row => row.Entry.Number)
        .Column("sku", row => row.Entry.Sku)
        .Column("name", row => row.Entry.Name)
        .Column("unit", row => row.Entry.Unit)
        .Column("storage_area", row => row.Entry.StorageArea)
        .Column("pack_quantity", row => row.Entry.Pack?.Quantity)
        .Column("pack_price", row => row.Entry.Pack?.Price?.Amount)
        .Column("pack_currency", row => row.Entry.Pack?.Price?.Currency);

    static readonly RowSet<Row<Kitchen>> kitchens = Entries<Kitchen>()
        .Column("number", row => row.Entry.Number)
        .Column("id", row => row.Entry.Id)
        .Column("name", row => row.Entry.Name)
        .Column("city", row => row.Entry.City)
        .Column("time_zone", row => row.Entry.Zone.Id)
        .Column("currency", row => row.Entry.Currency)
        .Array("brands", row => row.Entry.Brands, brand => brand)
        .Column("acceptance", row => (short)row.Entry.Acceptance)
        .Column("accept_within_minutes", row => row.Entry.AcceptWithinMinutes)
        .Column("fee_delivery", row => row.Entry.Fees.Delivery)
        .Column("fee_packaging", row => row.Entry.Fees.Packaging)
        .Column("mode", row => (short)row.Entry.Mode.Mode)
        .Column("mode_until", row => row.Entry.Mode.Until?.UtcDateTime)
        .Column("delay_minutes", row => row.Entry.Mode.DelayMinutes)
        .Column("mode_reason", row => row.Entry.Mode.Reason)
        .Column("mode_since", row => row.Entry.Mode.Since?.UtcDateTime)
        .Column("times", row => JsonSerializer.SerializeToUtf8Bytes(row.Entry.Times, StoredJson.Default.KitchenTimes))
        .Column("timeouts_in_row", row => row.Entry.TimeoutsInRow)
        .Column("hours", row => row.Entry.Hours.Equals(OpeningHours.Always)
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(row.Entry.Hours, StoredJson.Default.OpeningHours))
        .Column("phone", row => row.Entry.Phone);

    static readonly RowSet<Row<Item>> items = Entries<Item>()
        .Column("id", row => row.Entry.Id)
        .Column("brand_id", row => row.Entry.BrandId)
        .Column("name", row => row.Entry.Name)
        .Column("description", row => row.Entry.Description)
        .Column("kind", row => (short)row.Entry.Kind)
        .Column("price", row => row.Entry.Price.Amount)
        .Column("currency", row => row.Entry.Price.Currency)
        .Column("tax_basis_points", row => row.Entry.TaxBasisPoints)
        .Array("recipe_ingredients", row => row.Entry.Recipe, portion => portion.Ingredient)
        .Array("recipe_quantities", row => row.Entry.Recipe, portion => portion.Quantity)
        .Array("modifiers", row => row.Entry.Modifiers, modifier => modifier)
        .Column("prep_minutes", row => row.Entry.PrepMinutes)
        .Column("station_id", row => row.Entry.StationId);

    static readonly RowSet<Row<ItemAvailability>> offs = Entries<ItemAvailability>()
        .Column("kitchen", row => row.Entry.Key.Kitchen)
        .Column("item_id", row => row.Entry.Key.ItemId)
        .Column("is_off", row => row.Entry.IsOff)
        .Column("off_until", row => row.Entry.Until?.UtcDateTime)
        .Column("off_by", row => row.Entry.By);

    static readonly string saveBrand = brands.Upsert("brands", "id");
    static readonly string saveIngredient = ingredients.Upsert("ingredients", "number");
    static readonly string saveKitchen = kitchens.Upsert("kitchens", "number");
    static readonly string saveItem = items.Upsert("items", "id");
    static readonly string saveOff = offs.Upsert("item_offs", "kitchen", "item_id");

    // In the order of the readers below. They read the columns above by number; column 0 is the version.
    static readonly string[] loads =
    [
        $"SELECT {brands.Columns} FROM brands", $"SELECT {ingredients.Columns} FROM ingredients",
        $"SELECT {kitchens.Columns} FROM kitchens", $"SELECT {items.Columns} FROM items",
        $"SELECT {offs.Columns} FROM item_offs",
    ];

    static readonly Func<NpgsqlDataReader, CatalogueEntry>[] readers =
        [ReadBrand, ReadIngredient, ReadKitchen, ReadItem, ReadOff];

    public static IEnumerable<NpgsqlBatchCommand> LoadSince(long version) =>
        loads.Select(load => BatchCommand($"{load} WHERE version > $1", P(version)));

    /// <summary>Reads the results of <see cref="LoadSince"/>, starting at the reader's current result.</summary>
    public static async Task<CatalogueSnapshot> Read(
        NpgsqlDataReader rows, CatalogueSnapshot known, CatalogueHead head)
    {
        var entries = new List<CatalogueEntry>();
        foreach (var read in readers)
        {
            while (await rows.ReadAsync()) entries.Add(read(rows));
            await rows.NextResultAsync();
        }
        return entries.Aggregate(known, (catalogue, entry) => catalogue.Evolve(new CatalogueChanged(entry)))
            with { Version = head.Version, Id = head.Id };
    }

    public static NpgsqlBatchCommand Save(CatalogueEntry entry, long version) => entry switch
    {
        Brand brand => brands.BatchCommand(saveBrand, [new(brand, version)]),
        Ingredient ingredient => ingredients.BatchCommand(saveIngredient, [new(ingredient, version)]),
        Kitchen kitchen => kitchens.BatchCommand(saveKitchen, [new(kitchen, version)]),
        Item item => items.BatchCommand(saveItem, [new(item, version)]),
        ItemAvailability off => offs.BatchCommand(saveOff, [new(off, version)]),
        _ => throw new InvalidOperationException($"{entry.GetType()} has no table"),
    };

    static Brand ReadBrand(NpgsqlDataReader row) => new(row.GetString(1), row.GetString(2));

    static Ingredient ReadIngredient(NpgsqlDataReader row) =>
        new(row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4))
        {
            StorageArea = row.NullableText(5),
            Pack = row.IsDBNull(6)
                ? null
                : new Pack(
                    row.GetInt64(6), row.IsDBNull(7) ? null : new Money(row.GetInt64(7), row.GetString(8))),
        };

    static Kitchen ReadKitchen(NpgsqlDataReader row) => new(
        row.GetInt32(1), row.GetString(2), row.GetString(3), row.NullableText(4),
        Zone(row.GetString(2), row.GetString(5)), row.GetString(6),
        [.. row.GetFieldValue<string[]>(7)], (Acceptance)row.GetInt16(8), row.GetInt32(9),
        new Fees(row.GetInt64(10), row.GetInt64(11)),
        new ModeSetting((KitchenMode)row.GetInt16(12), row.IsDBNull(13) ? null : row.Time(13), row.GetInt32(14))
        {
            Reason = row.NullableText(15),
            Since = row.NullableTime(16),
        })
    {
        Times = row.IsDBNull(17)
            ? KitchenTimes.Default
            : JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(17), StoredJson.Default.KitchenTimes)!,
        TimeoutsInRow = row.GetInt32(18),
        Hours = row.NullableBytes(19) is { } hours
            ? JsonSerializer.Deserialize(hours, StoredJson.Default.OpeningHours)!
            : OpeningHours.Always,
        Phone = row.NullableText(20),
    };

    static TimeZoneInfo Zone(string kitchen, string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
        ? zone
        : throw new UnknownTimeZoneException(kitchen, id);

    static Item ReadItem(NpgsqlDataReader row) => new(
        row.GetString(1), row.GetString(2), row.GetString(3), row.NullableText(4), (ItemKind)row.GetInt16(5),
        new Money(row.GetInt64(6), row.GetString(7)), row.GetInt32(8),
        [.. row.GetFieldValue<int[]>(9).Zip(row.GetFieldValue<long[]>(10), (i, q) => new Portion(i, q))],
        [.. row.GetFieldValue<string[]>(11)])
    {
        PrepMinutes = row.IsDBNull(12) ? null : row.GetInt32(12),
        StationId = row.NullableText(13),
    };

    static ItemAvailability ReadOff(NpgsqlDataReader row) => new(
        new ItemAvailabilityKey(row.GetInt32(1), row.GetString(2)), row.GetBoolean(3), row.NullableTime(4))
    {
        By = row.NullableText(5),
    };

    static RowSet<Row<T>> Entries<T>() where T : CatalogueEntry =>
        new RowSet<Row<T>>().Column("version", row => row.Version);

    readonly record struct Row<T>(T Entry, long Version) where T : CatalogueEntry;
}

/// <summary>
/// Derives from <see cref="NpgsqlException"/> so that the node reports not ready and answers 503: without the time zone
/// it cannot compute the kitchen's business day. Another node may know the zone.
/// </summary>
sealed class UnknownTimeZoneException(string kitchen, string zone) : NpgsqlException(
    $"Kitchen '{kitchen}' is in the time zone '{zone}', which this machine does not know. Install its tzdata, or"
    + " correct the kitchen's time zone through another node.");
