using System.Collections.Immutable;
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
    public static IEnumerable<NpgsqlBatchCommand> LoadSince(long version)
    {
        yield return Of("SELECT id, name FROM brands WHERE version > $1", P(version));
        yield return Of("SELECT number, sku, name, unit FROM ingredients WHERE version > $1", P(version));
        yield return Of("""
            SELECT number, id, name, city, time_zone, currency, brands, acceptance, accept_within_minutes,
                fee_delivery, fee_packaging, mode, mode_until, delay_minutes, mode_reason, times, timeouts_in_row,
                hours, mode_since
            FROM kitchens WHERE version > $1
            """, P(version));
        yield return Of("""
            SELECT id, brand_id, name, description, kind, price, currency, tax_basis_points,
                recipe_ingredients, recipe_quantities, modifiers, prep_minutes, station_id FROM items WHERE version > $1
            """, P(version));
        yield return Of("SELECT kitchen, item_id, is_off, off_until, off_by FROM item_offs WHERE version > $1",
            P(version));
    }

    /// <summary>Reads the results of <see cref="LoadSince"/>, starting at the reader's current result.</summary>
    public static async Task<CatalogueSnapshot> Read(
        NpgsqlDataReader rows, CatalogueSnapshot known, CatalogueHead head)
    {
        var entries = new List<CatalogueEntry>();
        Func<NpgsqlDataReader, CatalogueEntry>[] readers = [ReadBrand, ReadIngredient, ReadKitchen, ReadItem, ReadOff];
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
        Brand b => Of("""
            INSERT INTO brands (id, name, version) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version
            """, P(b.Id), P(b.Name), P(version)),
        Ingredient i => Of("""
            INSERT INTO ingredients (number, sku, name, unit, version) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (number) DO UPDATE SET name = excluded.name, version = excluded.version
            """, P(i.Number), P(i.Sku), P(i.Name), P(i.Unit), P(version)),
        Kitchen k => SaveKitchen(k, version),
        Item i => SaveItem(i, version),
        Off o => Of("""
            INSERT INTO item_offs (kitchen, item_id, is_off, off_until, off_by, version)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (kitchen, item_id) DO UPDATE SET is_off = excluded.is_off, off_until = excluded.off_until,
                off_by = excluded.off_by, version = excluded.version
            """, P(o.Key.Kitchen), P(o.Key.ItemId), P(o.IsOff), P(o.Until?.UtcDateTime), P(o.By), P(version)),
        _ => throw new InvalidOperationException($"{entry.GetType()} has no table"),
    };

    static NpgsqlBatchCommand SaveKitchen(Kitchen k, long version) => Of("""
        INSERT INTO kitchens (number, id, name, city, time_zone, currency, brands, acceptance, accept_within_minutes,
            fee_delivery, fee_packaging, mode, mode_until, delay_minutes, mode_reason, times, timeouts_in_row, hours,
            mode_since, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        ON CONFLICT (number) DO UPDATE SET name = excluded.name, city = excluded.city,
            time_zone = excluded.time_zone, currency = excluded.currency, brands = excluded.brands,
            acceptance = excluded.acceptance, accept_within_minutes = excluded.accept_within_minutes,
            fee_delivery = excluded.fee_delivery, fee_packaging = excluded.fee_packaging, mode = excluded.mode,
            mode_until = excluded.mode_until, delay_minutes = excluded.delay_minutes,
            mode_reason = excluded.mode_reason, times = excluded.times, timeouts_in_row = excluded.timeouts_in_row,
            hours = excluded.hours, mode_since = excluded.mode_since, version = excluded.version
        """, P(k.Number), P(k.Id), P(k.Name), P(k.City), P(k.Zone.Id), P(k.Currency), P(k.Brands.ToArray()),
        P((short)k.Acceptance), P(k.AcceptWithinMinutes), P(k.Fees.Delivery), P(k.Fees.Packaging),
        P((short)k.Mode.Mode), P(k.Mode.Until?.UtcDateTime), P(k.Mode.DelayMinutes), P(k.Mode.Reason),
        P(JsonSerializer.SerializeToUtf8Bytes(k.Times, StoredJson.Default.KitchenTimes)), P(k.TimeoutsInRow),
        P(k.Hours.Equals(OpeningHours.Always)
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(k.Hours, StoredJson.Default.OpeningHours)),
        P(k.Mode.Since?.UtcDateTime), P(version));

    static NpgsqlBatchCommand SaveItem(Item i, long version) => Of("""
        INSERT INTO items (id, brand_id, name, description, kind, price, currency, tax_basis_points,
            recipe_ingredients, recipe_quantities, modifiers, prep_minutes, station_id, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description,
            kind = excluded.kind, price = excluded.price, currency = excluded.currency,
            tax_basis_points = excluded.tax_basis_points, recipe_ingredients = excluded.recipe_ingredients,
            recipe_quantities = excluded.recipe_quantities, modifiers = excluded.modifiers,
            prep_minutes = excluded.prep_minutes, station_id = excluded.station_id, version = excluded.version
        """, P(i.Id), P(i.BrandId), P(i.Name), P(i.Description), P((short)i.Kind), P(i.Price.Amount),
        P(i.Price.Currency), P(i.TaxBasisPoints), P(i.Recipe.Select(p => p.Ingredient).ToArray()),
        P(i.Recipe.Select(p => p.Quantity).ToArray()), P(i.Modifiers.ToArray()), P(i.PrepMinutes), P(i.StationId),
        P(version));

    static Brand ReadBrand(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1));

    static Ingredient ReadIngredient(NpgsqlDataReader row) =>
        new(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetString(3));

    static Kitchen ReadKitchen(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetString(1), row.GetString(2), row.NullableText(3),
        Zone(row.GetString(1), row.GetString(4)), row.GetString(5),
        [.. row.GetFieldValue<string[]>(6)], (Acceptance)row.GetInt16(7), row.GetInt32(8),
        new Fees(row.GetInt64(9), row.GetInt64(10)),
        new ModeSetting((KitchenMode)row.GetInt16(11), row.IsDBNull(12) ? null : row.Time(12), row.GetInt32(13))
        {
            Reason = row.NullableText(14),
            Since = row.NullableTime(18),
        })
    {
        Times = row.IsDBNull(15)
            ? KitchenTimes.Default
            : JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(15), StoredJson.Default.KitchenTimes)!,
        TimeoutsInRow = row.GetInt32(16),
        Hours = row.NullableBytes(17) is { } hours
            ? JsonSerializer.Deserialize(hours, StoredJson.Default.OpeningHours)!
            : OpeningHours.Always,
    };

    static TimeZoneInfo Zone(string kitchen, string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
        ? zone
        : throw new UnknownTimeZoneException(kitchen, id);

    static Item ReadItem(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.NullableText(3), (ItemKind)row.GetInt16(4),
        new Money(row.GetInt64(5), row.GetString(6)), row.GetInt32(7),
        [.. row.GetFieldValue<int[]>(8).Zip(row.GetFieldValue<long[]>(9), (i, q) => new Portion(i, q))],
        [.. row.GetFieldValue<string[]>(10)])
    {
        PrepMinutes = row.IsDBNull(11) ? null : row.GetInt32(11),
        StationId = row.NullableText(12),
    };

    static Off ReadOff(NpgsqlDataReader row) => new(
        new OffKey(row.GetInt32(0), row.GetString(1)), row.GetBoolean(2), row.IsDBNull(3) ? null : row.Time(3))
    {
        By = row.NullableText(4),
    };
}

/// <summary>
/// Derives from <see cref="NpgsqlException"/> so that the node reports not ready and answers 503: without the time zone
/// it cannot compute the kitchen's business day. Another node may know the zone.
/// </summary>
sealed class UnknownTimeZoneException(string kitchen, string zone) : NpgsqlException(
    $"Kitchen '{kitchen}' is in the time zone '{zone}', which this machine does not know. Install its tzdata, or"
    + " correct the kitchen's time zone through another node.");
