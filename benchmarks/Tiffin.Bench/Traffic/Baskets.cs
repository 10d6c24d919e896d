using System.Text;

namespace Tiffin.Bench.Traffic;

/// <summary>Random orders, with the same distribution as in <c>place.lua</c>.</summary>
sealed class Baskets(Random random)
{
    static readonly double[] zipf = Cumulated(Seed.ItemsPerBrand);

    public string Body(int kitchen)
    {
        var brand = random.Next(Seed.Brands) + 1;
        var lines = Enumerable.Range(0, random.Next(5) + 1).Select(_ => Line(brand));
        return Body(kitchen, brand, random.Next(100_000), string.Join(',', lines));
    }

    /// <summary>One portion of one item.</summary>
    public static string BodyOf(int kitchen, int brand, string item) =>
        Body(kitchen, brand, 1, $"{{\"itemId\":\"{item}\",\"quantity\":1}}");

    static string Body(int kitchen, int brand, int customer, string lines) => new StringBuilder()
        .Append($"{{\"kitchenId\":\"kitchen-{kitchen}\",\"brandId\":\"brand-{brand}\",\"channel\":\"app\",")
        .Append($"\"customer\":{{\"id\":\"c-{customer}\",\"name\":\"Asha Rao\",\"phone\":\"+919800000000\"}},")
        .Append("\"fulfilment\":{\"type\":\"delivery\",\"address\":{\"line1\":\"12 MG Road\",")
        .Append("\"locality\":\"Ashok Nagar\",\"city\":\"Bengaluru\",\"postcode\":\"560001\",\"country\":\"IN\"}},")
        .Append($"\"lines\":[{lines}]}}").ToString();

    string Line(int brand)
    {
        var extra = random.Next(4) == 0
            ? $",\"modifiers\":[{{\"itemId\":\"b{brand}-extra-{random.Next(5) + 1}\",\"quantity\":1}}]"
            : "";
        return $"{{\"itemId\":\"b{brand}-item-{Pick()}\",\"quantity\":{random.Next(2) + 1}{extra}}}";
    }

    int Pick()
    {
        var found = Array.BinarySearch(zipf, random.NextDouble() * zipf[^1]);
        return (found < 0 ? ~found : found) + 1;
    }

    static double[] Cumulated(int count)
    {
        var sums = new double[count];
        for (var i = 0; i < count; i++) sums[i] = (i == 0 ? 0 : sums[i - 1]) + 1.0 / (i + 1);
        return sums;
    }
}
