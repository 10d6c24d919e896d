using System.Collections.Concurrent;
using System.Collections.Immutable;
using Tiffin.Domain.Inventory;

namespace Tiffin.Domain.Catalogue;

/// <summary>
/// Caches, per kitchen and ingredient, the smallest quantity in any recipe of the kitchen's brands. A catalogue change
/// that affects neither a recipe nor a kitchen's brands keeps the cache, because scanning all recipes of a chain takes
/// long enough to delay orders.
/// </summary>
sealed class SmallestPortions
{
    public static readonly SmallestPortions None = new(ImmutableDictionary<string, BrandRecipes>.Empty);

    readonly ImmutableDictionary<string, BrandRecipes> brands;
    readonly ConcurrentDictionary<StockKey, long> found = new();

    SmallestPortions(ImmutableDictionary<string, BrandRecipes> brands) => this.brands = brands;

    /// <summary>1 if no recipe uses the ingredient, so that a level of zero is always out of stock.</summary>
    public long Of(Kitchen kitchen, int ingredient)
    {
        var key = new StockKey(kitchen.Number, ingredient);
        return found.TryGetValue(key, out var smallest) ? smallest : found[key] = Find(kitchen, ingredient);
    }

    public SmallestPortions After(Kitchen? before, Kitchen kitchen) =>
        before is not null && before.Brands.AsSpan().SequenceEqual(kitchen.Brands.AsSpan())
            ? this
            : new SmallestPortions(brands);

    public SmallestPortions After(Item? before, Item item)
    {
        if (before is not null && before.BrandId == item.BrandId
            && before.Recipe.AsSpan().SequenceEqual(item.Recipe.AsSpan())) return this;
        var others = before is null || before.BrandId == item.BrandId
            ? brands
            : brands.SetItem(before.BrandId, brands[before.BrandId].Without(before.Id));
        var recipes = others.GetValueOrDefault(item.BrandId, BrandRecipes.None).With(item.Id, item.Recipe);
        return new SmallestPortions(others.SetItem(item.BrandId, recipes));
    }

    long Find(Kitchen kitchen, int ingredient)
    {
        var smallest = long.MaxValue;
        foreach (var brand in kitchen.Brands)
        {
            if (brands.GetValueOrDefault(brand)?.Smallest.TryGetValue(ingredient, out var portion) == true)
                smallest = Math.Min(smallest, portion);
        }
        return smallest == long.MaxValue ? 1 : smallest;
    }

    sealed class BrandRecipes(ImmutableDictionary<string, ImmutableArray<Portion>> recipes)
    {
        public static readonly BrandRecipes None = new(ImmutableDictionary<string, ImmutableArray<Portion>>.Empty);

        Dictionary<int, long>? smallest;

        /// <summary>By ingredient.</summary>
        public Dictionary<int, long> Smallest => smallest ??= recipes.Values.SelectMany(recipe => recipe)
            .GroupBy(portion => portion.Ingredient, portion => portion.Quantity)
            .ToDictionary(quantities => quantities.Key, quantities => quantities.Min());

        public BrandRecipes With(string item, ImmutableArray<Portion> recipe) => new(recipes.SetItem(item, recipe));

        public BrandRecipes Without(string item) => new(recipes.Remove(item));
    }
}
