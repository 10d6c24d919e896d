using System.Text.Json;
using Tiffin.Domain.Catalogue;
using Tiffin.Engine.Storage;

namespace Tiffin.Tests.Storage;

public sealed class StoredJsonTests
{
    [Fact]
    public void A_setting_that_an_older_release_did_not_store_has_its_default() =>
        JsonSerializer.Deserialize("""{"prepMinutes":20}""", StoredJson.Default.KitchenTimes)
            .ShouldBe(KitchenTimes.Default with { PrepMinutes = 20 });
}
