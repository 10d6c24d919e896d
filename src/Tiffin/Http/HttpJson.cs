using System.Text.Json;
using System.Text.Json.Serialization;
using Tiffin.Domain;
using Tiffin.Domain.Catalogue;
using Tiffin.Domain.Inventory;
using Tiffin.Domain.Orders;
using Tiffin.Http.Audit;
using Tiffin.Http.Catalogue;
using Tiffin.Http.Credentials;
using Tiffin.Http.Inventory;
using Tiffin.Http.Notifications;
using Tiffin.Http.Orders;
using Tiffin.Http.Webhooks;
using Tiffin.Subscribers.Notifications;
using Tiffin.Wire;

namespace Tiffin.Http;

/// <summary>
/// How requests are read: strictly. A member that the contract does not know, one that stands twice, a null where
/// none is meant, a text that PostgreSQL cannot hold: each is an error with a pointer, never a guess.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 16,
    Converters = [typeof(StrictText), typeof(StrictInt), typeof(StrictLong), typeof(StrictFlag), typeof(Rfc3339),
        typeof(Words<FulfilmentType>), typeof(Words<OrderStatus>),
        typeof(Words<StockDisposition>), typeof(Words<ItemKind>), typeof(Words<Acceptance>),
        typeof(Words<KitchenMode>), typeof(Words<MovementKind>), typeof(Words<StockState>),
        typeof(Words<WebhookStatus>), typeof(Words<DeliveryStatus>), typeof(Words<MessageChannel>),
        typeof(Words<MessageState>), typeof(Words<Role>)])]
[JsonSerializable(typeof(ChainFile))]
[JsonSerializable(typeof(PlaceOrderRequest))]
[JsonSerializable(typeof(ChangeStatusRequest))]
[JsonSerializable(typeof(Page<BrandBody>))]
[JsonSerializable(typeof(Page<IngredientBody>))]
[JsonSerializable(typeof(Page<ItemBody>))]
[JsonSerializable(typeof(Page<KitchenAnswer>))]
[JsonSerializable(typeof(ModeBody))]
[JsonSerializable(typeof(AvailabilityBody))]
[JsonSerializable(typeof(MenuAnswer))]
[JsonSerializable(typeof(ThresholdRequest))]
[JsonSerializable(typeof(MovementsRequest))]
[JsonSerializable(typeof(StockLevel))]
[JsonSerializable(typeof(Page<StockLevel>))]
[JsonSerializable(typeof(Page<LedgerEntry>))]
[JsonSerializable(typeof(Page<StockAlert>))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(Page<KeyView>))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(Page<AuditView>))]
[JsonSerializable(typeof(CreateWebhookRequest))]
[JsonSerializable(typeof(UpdateWebhookRequest))]
[JsonSerializable(typeof(RotateSecretRequest))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(Page<WebhookView>))]
[JsonSerializable(typeof(RotatedSecretView))]
[JsonSerializable(typeof(DeliveryView))]
[JsonSerializable(typeof(Page<DeliveryView>))]
[JsonSerializable(typeof(AttemptView))]
[JsonSerializable(typeof(List<PastAttemptView>))]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(NotificationList))]
[JsonSerializable(typeof(AlertAddress))]
sealed partial class HttpJson : JsonSerializerContext
{
    /// <summary>For answers: they are application/json, never HTML, and a secret's '+' stays a '+'.</summary>
    public static HttpJson Answers => answers.Value;

    static readonly Lazy<HttpJson> answers = new(() => new HttpJson(new JsonSerializerOptions(Default!.Options)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }));
}

/// <summary>An enum as <c>snake_case</c> words; the error lists them.</summary>
sealed class Words<T> : JsonConverter<T> where T : struct, Enum
{
    static readonly Dictionary<string, T> values =
        Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    static readonly Dictionary<T, string> names = values.ToDictionary(pair => pair.Value, pair => pair.Key);

    public static IEnumerable<string> All => values.Keys;

    public static bool TryRead(string word, out T value) => values.TryGetValue(word, out value);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && values.TryGetValue(StrictText.Of(ref reader), out var value)
            ? value
            : throw new JsonException($"expected one of: {string.Join(", ", values.Keys)}");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(names[value]);
}

/// <summary>A text that PostgreSQL can hold: no NUL, no half of a surrogate pair.</summary>
sealed class StrictText : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Of(ref reader) : throw new JsonException("expected a text");

    public override string ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);

    public static string Of(ref Utf8JsonReader reader)
    {
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("expected a text in valid Unicode: half of a surrogate pair stands alone");
        }
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new JsonException("expected a text without the character NUL")
            : text;
    }
}
