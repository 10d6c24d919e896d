using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Orders;

namespace Tiffin.Edge.OpenApi;

/// <summary>
/// Upper bounds of all values in the OpenAPI document, for code generators and fuzzers. A value without a limit of its
/// own is bounded by the maximum size of a request.
/// </summary>
static class Bounds
{
    /// <summary>Maximum size of a body, and so of any value in it.</summary>
    public const int BodyMax = 64 * 1024;

    // Maximum length of the request line, which contains the query, and of headers.
    const int LineMax = 8 * 1024;

    const int SlugMax = 64;
    public const int UuidLength = 36;
    public const int TimeMax = 40;

    const int TextMax = 255;
    const int CurrencyLength = 3;

    // Properties and parameters with these names are slugs, or lists of slugs.
    static readonly string[] slugs =
    [
        "kitchenId", "brandId", "itemId", "sku", "channel", "kitchenid", "brandid", "kitchens", "brands", "modifiers",
    ];

    // Types with custom converters, for which the framework generates no schema.
    static readonly Dictionary<Type, (JsonSchemaType, string?)> convertedTypes = new()
    {
        [typeof(string)] = (JsonSchemaType.String, null),
        [typeof(DateTimeOffset)] = (JsonSchemaType.String, "date-time"),
        [typeof(DateOnly)] = (JsonSchemaType.String, "date"),
        [typeof(int)] = (JsonSchemaType.Integer, "int32"),
        [typeof(long)] = (JsonSchemaType.Integer, "int64"),
        [typeof(double)] = (JsonSchemaType.Number, "double"),
        [typeof(bool)] = (JsonSchemaType.Boolean, null),
    };

    // Ranges that the domain validates, for types without attributes.
    static readonly Dictionary<(Type, string), (long Min, long Max)> ranges = new()
    {
        [(typeof(Fees), "delivery")] = (0, Money.AmountMax),
        [(typeof(Fees), "packaging")] = (0, Money.AmountMax),
        [(typeof(RecipeLine), "quantity")] = (1, PutItem.QuantityMax),
        [(typeof(MoneyBody), "amount")] = (0, long.MaxValue),
    };

    static readonly string slug = Slug.Pattern.Trim('^', '$');

    /// <summary>Sets the JSON type of types with custom converters.</summary>
    public static void FillType(OpenApiSchema schema, Type type, JsonPropertyInfo? property)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (schema.Type is not null || !convertedTypes.TryGetValue(bare, out var form)) return;
        (schema.Type, schema.Format) = form;
        if (bare != type || property is { IsGetNullable: true } or { IsSetNullable: true })
            schema.Type |= JsonSchemaType.Null;
    }

    /// <summary>Applies validation attributes; the framework ignores those of optional properties.</summary>
    public static void FillDeclared(OpenApiSchema schema, JsonPropertyInfo? property)
    {
        foreach (var attribute in property?.AttributeProvider?.GetCustomAttributes(inherit: false) ?? [])
            Declare(schema, attribute);
        if (property is null) return;
        if (ranges.TryGetValue((property.DeclaringType, property.Name), out var range))
            (schema.Minimum, schema.Maximum) = ($"{range.Min}", $"{range.Max}");
        if (property.PropertyType == typeof(IReadOnlyDictionary<string, string>)) FillMetadata(schema);
    }

    static void Declare(OpenApiSchema schema, object attribute)
    {
        switch (attribute)
        {
            case DescriptionAttribute description:
                schema.Description = description.Description;
                break;
            case RegularExpressionAttribute regex:
                schema.Pattern = regex.Pattern;
                schema.MaxLength ??= SlugMax;
                break;
            case RangeAttribute range:
                schema.Minimum = Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture).ToString(
                    CultureInfo.InvariantCulture);
                schema.Maximum = Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture).ToString(
                    CultureInfo.InvariantCulture);
                break;
            case LengthAttribute length:
                (schema.MinItems, schema.MaxItems) = (length.MinimumLength, length.MaximumLength);
                break;
            case MaxLengthAttribute max when HasType(schema, JsonSchemaType.Array):
                schema.MaxItems = max.Length;
                break;
            // A text must not be blank.
            case MaxLengthAttribute max:
                (schema.MinLength, schema.MaxLength) = (1, max.Length);
                schema.Pattern ??= @"\S";
                break;
        }
    }

    static void FillMetadata(OpenApiSchema schema)
    {
        schema.MaxProperties = PlaceOrderLimits.MetadataMax;
        schema.PropertyNames =
            new OpenApiSchema { MinLength = 1, MaxLength = PlaceOrderLimits.MetadataKeyMax };
        if (schema.AdditionalProperties is OpenApiSchema value) value.MaxLength = PlaceOrderLimits.MetadataValueMax;
    }

    public static void FillBounds(OpenApiSchema schema, JsonPropertyInfo? property)
    {
        if (HasType(schema, JsonSchemaType.String) && schema.Enum is null) FillText(schema, property);
        // An element needs at least two bytes.
        if (HasType(schema, JsonSchemaType.Array)) schema.MaxItems ??= IsPage(property) ? Query.LimitMax : BodyMax / 2;
        if (!HasType(schema, JsonSchemaType.Integer)) return;
        var isLong = schema.Format == "int64";
        schema.Minimum ??= isLong ? $"{long.MinValue}" : $"{int.MinValue}";
        schema.Maximum ??= isLong ? $"{long.MaxValue}" : $"{int.MaxValue}";
    }

    static void FillText(OpenApiSchema schema, JsonPropertyInfo? property)
    {
        if (schema.Format is null && slugs.Contains(property?.Name)) schema.Pattern ??= Slug.Pattern;
        if (property?.Name == "currency") (schema.Pattern, schema.MaxLength) = ("^[A-Z]{3}$", CurrencyLength);
        schema.MaxLength ??= schema.Format switch
        {
            "uuid" => UuidLength,
            "date-time" or "date" or "time" => TimeMax,
            _ => schema.Pattern == Slug.Pattern ? SlugMax : BodyMax,
        };
    }

    /// <summary>The schema of a query or header parameter for which the endpoint declares none.</summary>
    public static OpenApiSchema OfParameter(RequestParameter parameter) => parameter.Name switch
    {
        "limit" => Number(1, Query.LimitMax),
        "kitchenId" or "brandId" or "channel" => Text(Slug.Pattern, SlugMax),
        "orderId" => new() { Type = JsonSchemaType.String, Format = "uuid", MaxLength = UuidLength },
        "from" or "to" or "placedFrom" or "placedTo" =>
            new() { Type = JsonSchemaType.String, Format = "date-time", MaxLength = TimeMax },
        IdempotencyKey.Header => Text("^[ -~]+$", TextMax),
        _ => FreeText(),
    };

    public static OpenApiSchema Number(int min, int max) =>
        new() { Type = JsonSchemaType.Integer, Format = "int32", Minimum = $"{min}", Maximum = $"{max}" };

    /// <summary>Slugs, separated by commas.</summary>
    public static OpenApiSchema Slugs() => Text($"^{slug}(,{slug})*$", LineMax);

    public static OpenApiSchema Word(params IEnumerable<string> words) =>
        new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))] };

    static OpenApiSchema Text(string pattern, int max) =>
        new() { Type = JsonSchemaType.String, Pattern = pattern, MinLength = 1, MaxLength = max };

    /// <summary>Text limited only by the length of the request line.</summary>
    public static OpenApiSchema FreeText() => new() { Type = JsonSchemaType.String, MaxLength = LineMax };

    /// <summary>Completes the schema of a path parameter: without a declared one, a slug or a UUID.</summary>
    public static void FillPath(OpenApiParameter parameter, OpenApiSchema? declared)
    {
        if (parameter is not { In: ParameterLocation.Path, Schema: OpenApiSchema schema }) return;
        if (declared is not null)
        {
            parameter.Schema = declared;
            return;
        }
        schema.Type = JsonSchemaType.String;
        if (slugs.Contains(parameter.Name)) (schema.Pattern, schema.MaxLength) = (Slug.Pattern, SlugMax);
        else (schema.Format, schema.MaxLength) = ("uuid", UuidLength);
    }

    static bool IsPage(JsonPropertyInfo? property) => property?.DeclaringType is { IsGenericType: true } owner
        && owner.GetGenericTypeDefinition() == typeof(Page<>);

    static bool HasType(OpenApiSchema schema, JsonSchemaType type) => schema.Type is { } types && types.HasFlag(type);
}
