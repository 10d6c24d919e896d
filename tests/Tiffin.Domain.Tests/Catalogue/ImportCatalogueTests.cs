using Tiffin.Domain.Catalogue;
using static Tiffin.Domain.Tests.SmallChain;

namespace Tiffin.Domain.Tests.Catalogue;

public sealed class ImportCatalogueTests
{
    [Fact]
    public void Later_entries_build_on_earlier_ones() => new Story()
        .Do(Import(Idli, Semolina, Upma), "brand idli; ingredient semolina; item upma")
        .Do(Import(Idli, Semolina, Upma), "unchanged")
        .Do(Import(Idli with { Name = "Idli Palace" }, Semolina), "brand idli");

    [Fact]
    public void One_invalid_entry_rejects_the_import_and_is_identified() => new Story()
        .Do(Import(Idli, Upma), "/1/recipe/0/sku unknown_ingredient")
        .Do(Upma, "/brandId unknown_brand, /recipe/0/sku unknown_ingredient")
        .Do(Import(Idli, new SetKitchenMode("k9", KitchenMode.Busy, null, 0) { Caller = As(Role.Admin) }),
            "no kitchen k9")
        .Do(Idli, "brand idli");

    [Fact]
    public void Faults_of_all_entries_are_reported_together() =>
        Limits.Faults(Import(Idli with { Id = "Idli" }, Semolina, Upma with { TaxBasisPoints = -1 }))
            .ShouldBe("/0/id not_a_slug, /2/taxBasisPoints out_of_range");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_an_import_of_recipes_ends_a_batch(bool hasItem) =>
        Import(hasItem ? Upma : Semolina).EndsBatch.ShouldBe(hasItem);

    static PutBrand Idli => new("idli", "Idli House") { Caller = As(Role.Admin) };

    static PutIngredient Semolina => Ingredient("semolina", "g");

    static PutItem Upma => Item("upma", 8000, ("semolina", 80)) with { BrandId = "idli" };

    static ImportCatalogue Import(params CatalogueCommand[] puts) =>
        new([.. puts.Select((put, i) => new ImportEntry($"/{i}", put))]) { Caller = As(Role.Admin) };
}
