using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tiffin.Tests.Support;

namespace Tiffin.Tests.Http;

/// <summary>Invalid bodies of every kind, sent to every operation that takes a body.</summary>
public sealed class BadInputTests(BadInputServer shared) : IClassFixture<BadInputServer>
{
    /// <summary>Valid bodies by operation. A member whose name ends in '?' is optional.</summary>
    static readonly Dictionary<string, string> operations = new()
    {
        ["POST /v1/orders"] = """
            {"kitchenId":"k1","brandId":"dosa","channel":"app","customer":{"name":"A","phone?":"+919800000000",
             "email?":"a@example.com"},"fulfilment":{"type":"delivery","address?":{
                "line1":"12 MG Road","line2?":"Flat 3","landmark?":"Near the post office","locality":"Ashok Nagar",
                "city":"Bengaluru","postcode":"560001","country":"IN","latitude?":12.97,"longitude?":77.59,
                "instructions?":"Ring twice"}},
             "expectedTotal?":{"amount":14175,"currency":"INR"},
             "lines":[{"itemId":"masala","quantity":1,"note?":"n",
                "modifiers?":[{"itemId":"ghee-extra","quantity?":1}]}],
             "payment?":{"method":"cash","status?":"due"},"metadata?":{"table":"4"}}
            """,
        ["PUT /v1/orders/{order}/status"] = """{"status":"preparing","courierId?":"c"}""",
        ["POST /v1/kitchens/k1/stock/movements"] =
            """{"movements":[{"sku":"rice","kind":"received","quantity":1,"note?":"n"}]}""",
        ["PUT /v1/kitchens/k1/stock/rice"] = """{"threshold":7}""",
        ["PUT /v1/brands/dosa"] = """{"name":"Dosa Corner","id?":"dosa"}""",
        ["PUT /v1/ingredients/rice"] = """{"name":"Rice batter","unit":"g","sku?":"rice"}""",
        ["PUT /v1/items/plain"] = """
            {"brandId":"dosa","name":"plain","kind?":"item","description?":"d","price":{"amount":9000,"currency":"INR"},
             "taxBasisPoints":500,"recipe":[{"sku":"rice","quantity":100}],"modifiers?":["ghee-extra"]}
            """,
        ["PUT /v1/kitchens/k2"] = """
            {"name":"k2","timeZone":"Asia/Kolkata","currency":"INR","brands":["dosa"],"city?":"Bengaluru",
             "phone?":"+918000000102","acceptance?":"manual","acceptWithinMinutes?":8,
             "fees?":{"delivery":0,"packaging":0}}
            """,
        ["PUT /v1/kitchens/k2/mode"] = """{"mode":"busy","delayMinutes?":5,"until?":"2101-01-01T00:00:00Z"}""",
        ["PUT /v1/kitchens/k2/items/plain/availability"] = """{"available":false,"until?":"2101-01-01T00:00:00Z"}""",
    };

    public static TheoryData<string> Operations => [.. operations.Keys];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_body_that_is_right_is_taken(string operation)
    {
        var answer = await Send(operation, Valid(operation).ToJsonString());
        ((int)answer.StatusCode).ShouldBeInRange(200, 201, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_body_that_is_not_a_JSON_object_is_refused(string operation)
    {
        foreach (var body in new[] { "", " ", "{", "[]", "null", "7", "\"text\"", "{\"a\":}", "{} {}", "\u00ff\u0000" })
            await ExpectMalformed(operation, body, pointer: null, says: null);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_member_that_the_contract_does_not_know_is_named(string operation)
    {
        foreach (var (pointer, node) in Walk(Valid(operation)))
        {
            if (node is not JsonObject) continue;
            if (pointer.StartsWith("/metadata", StringComparison.Ordinal)) continue;
            var body = Valid(operation);
            At(body, pointer).AsObject()["quantitty"] = 1;
            await ExpectMalformed(operation, body.ToJsonString(), pointer: null, says: "unknown property 'quantitty'");
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_duplicate_member_is_named(string operation)
    {
        var body = Valid(operation);
        var (name, value) = body.AsObject().First();
        var twice = body.ToJsonString()[..^1] + $",\"{name}\":{value!.ToJsonString()}}}";
        await ExpectMalformed(operation, twice, pointer: null, says: $"duplicate property '{name}'");
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_member_that_is_needed_and_missing_is_named(string operation)
    {
        foreach (var pointer in Walk(Valid(operation)).Where(place => place.IsNeeded).Select(place => place.Pointer))
        {
            var (parent, name) = Split(pointer);
            var body = Valid(operation);
            At(body, parent).AsObject().Remove(name);
            await ExpectMalformed(operation, body.ToJsonString(), pointer: null, says: name);

            body = Valid(operation);
            At(body, parent)[name] = null;
            await ExpectMalformed(operation, body.ToJsonString(), pointer, says: null);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_null_within_a_list_is_refused_by_the_lists_name(string operation)
    {
        foreach (var (pointer, _) in Walk(Valid(operation)).Where(place => place.Node is JsonArray))
        {
            var body = With(operation, $"{pointer}/0", "null");
            await ExpectMalformed(operation, body, pointer: null, says: $"no null in {Split(pointer).Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_value_of_another_type_is_refused_with_its_place_and_what_was_expected(string operation)
    {
        foreach (var (pointer, node) in Walk(Valid(operation)).Where(place => place.Pointer.Length > 0))
        {
            var kind = node.GetValueKind();
            var wrong = kind == System.Text.Json.JsonValueKind.String ? "[1]" : "\"text\"";
            var says = kind switch
            {
                System.Text.Json.JsonValueKind.Number when pointer.EndsWith("itude") => "expected a number",
                System.Text.Json.JsonValueKind.Number => "expected an integer",
                System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "expected true or false",
                _ => "expected",
            };
            await ExpectMalformed(operation, With(operation, pointer, wrong), pointer, says);
        }
    }

    [Theory]
    [InlineData("/v1/orders?limit=0", "/query/limit")]
    [InlineData("/v1/orders?nonsense=1", "/query/nonsense")]
    [InlineData("/v1/orders?a%2Fb~=1", "/query/a~1b~0")]
    [InlineData("/v1/events?after=x", "/query/after")]
    [InlineData("/v1/analytics/timeseries?metric=placed&bucket=x", "/query/bucket")]
    [InlineData("/v1/analytics/items?top=0", "/query/top")]
    [InlineData("/v1/analytics/summary?kitchenId=K", "/query/kitchenId")]
    public async Task A_fault_of_a_parameter_has_a_pointer_like_all_others(string path, string pointer)
    {
        var problem = await shared.Server.Get(path, HttpStatusCode.BadRequest);

        problem["errors"]!.AsObject().Select(fault => fault.Key).ShouldBe([pointer]);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_text_that_cannot_be_stored_is_refused_with_its_place(string operation)
    {
        foreach (var (pointer, node) in Walk(Valid(operation)))
        {
            if (node is not JsonValue value || value.GetValueKind() != System.Text.Json.JsonValueKind.String) continue;
            foreach (var text in new[] { @"""a\u0000b""", @"""\ud800""", @"""\udc00x""" })
                await ExpectMalformed(operation, With(operation, pointer, text), pointer, says: "expected");
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_body_too_large_or_of_another_type_is_refused(string operation)
    {
        var large = Valid(operation).ToJsonString() + new string(' ', 64 * 1024);
        (await Send(operation, large)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", null })
            (await Send(operation, Valid(operation).ToJsonString(), type)).StatusCode
                .ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("POST /v1/orders")]
    [InlineData("POST /v1/kitchens/k1/stock/movements")]
    public async Task A_key_is_needed_readable_and_used_for_one_body(string operation)
    {
        var body = Valid(operation).ToJsonString();
        foreach (var (key, code) in new[]
        {
            (null, "idempotency_key_missing"), ("", "idempotency_key_missing"),
            (new string('k', 256), "idempotency_key_invalid"), ("\"\"", "idempotency_key_invalid"),
        })
        {
            var answer = await SendWithKey(operation, body, key);
            ((int)answer.StatusCode, await Code(answer)).ShouldBe((400, code));
        }
        var used = Guid.NewGuid().ToString();
        (await SendWithKey(operation, body, used)).StatusCode.ShouldBe(HttpStatusCode.Created);
        var other = operation == "POST /v1/orders"
            ? With(operation, "/customer/name", "\"B\"")
            : With(operation, "/movements/0/quantity", "2");
        var reused = await SendWithKey(operation, other, used);
        ((int)reused.StatusCode, await Code(reused)).ShouldBe((422, "idempotency_key_reused"));
    }

    [Theory]
    [InlineData("/kitchenId", "\"nowhere\"", "/kitchenId")]
    [InlineData("/brandId", "\"unknown\"", "/brandId")]
    [InlineData("/channel", "\"No slug\"", "/channel")]
    [InlineData("/lines", "[]", "/lines")]
    [InlineData("/lines/0/itemId", "\"pizza\"", "/lines/0/itemId")]
    [InlineData("/lines/0/itemId", "\"ghee-extra\"", "/lines/0/itemId")]
    [InlineData("/lines/0/quantity", "0", "/lines/0/quantity")]
    [InlineData("/lines/0/quantity", "1000", "/lines/0/quantity")]
    [InlineData("/lines/0/modifiers/0/itemId", "\"plain\"", "/lines/0/modifiers/0/itemId")]
    [InlineData("/lines/0/modifiers/0/quantity", "-1", "/lines/0/modifiers/0/quantity")]
    [InlineData("/lines/0/note", "\"\"", "/lines/0/note")]
    [InlineData("/customer/name", "LONG", "/customer/name")]
    [InlineData("/fulfilment/type", "\"pickup\"", "/fulfilment/address")]
    [InlineData("/fulfilment", "{\"type\":\"delivery\"}", "/fulfilment/address")]
    [InlineData("/fulfilment/address/line1", "\"\"", "/fulfilment/address/line1")]
    [InlineData("/fulfilment/address/line2", "LONG", "/fulfilment/address/line2")]
    [InlineData("/fulfilment/address/landmark", "LONG", "/fulfilment/address/landmark")]
    [InlineData("/fulfilment/address/locality", "LONG", "/fulfilment/address/locality")]
    [InlineData("/fulfilment/address/city", "LONG", "/fulfilment/address/city")]
    [InlineData("/fulfilment/address/postcode", "\"SW1A 1AA\"", "/fulfilment/address/postcode")]
    [InlineData("/fulfilment/address/country", "\"in\"", "/fulfilment/address/country")]
    [InlineData("/fulfilment/address/latitude", "90.1", "/fulfilment/address/latitude")]
    [InlineData("/fulfilment/address/longitude", "-180.1", "/fulfilment/address/longitude")]
    [InlineData("/fulfilment/address/instructions", "LONG", "/fulfilment/address/instructions")]
    [InlineData("/metadata/table", "LONG", "/metadata/table")]
    [InlineData("/customer/name", "\" \"", "/customer/name")]
    [InlineData("/customer/phone", "\"abc\"", "/customer/phone")]
    [InlineData("/customer/phone", "\"9800000000\"", "/customer/phone")]
    [InlineData("/customer/phone", "\"+91 98000 00000\"", "/customer/phone")]
    [InlineData("/customer/email", "\"nope\"", "/customer/email")]
    [InlineData("/customer/email", "\"a@b\"", "/customer/email")]
    [InlineData("/customer/email", "\"a@example.com, b@example.com\"", "/customer/email")]
    [InlineData("/expectedTotal/currency", "\"rupee\"", "/expectedTotal/currency")]
    public async Task An_order_that_breaks_a_rule_is_refused_with_the_place(string at, string value, string pointer)
    {
        var text = value == "LONG" ? $"\"{new string('x', 501)}\"" : value;
        var answer = await Send("POST /v1/orders", With("POST /v1/orders", at, text));

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, await answer.Content.ReadAsStringAsync());
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        problem["errors"]!.AsObject().Select(fault => fault.Key).ShouldContain(pointer);
    }

    [Theory]
    [InlineData("PUT /v1/orders/{order}/status", """{"status":"preparing","reason":"late"}""", "/reason")]
    [InlineData("PUT /v1/orders/{order}/status", """{"status":"preparing","stock":"waste"}""", "/stock")]
    [InlineData("PUT /v1/orders/{order}/status", """{"status":"cancelled","courierId":"c"}""", "/courierId")]
    [InlineData("PUT /v1/kitchens/k1/alert-address", """{"email":"nope"}""", "/email")]
    [InlineData("POST /v1/keys", """{"role":"kitchen","label":"x","kitchens":["k1","zzz"]}""", "/kitchens/1")]
    [InlineData("POST /v1/keys", """{"role":"channel","label":"x"}""", "/channel")]
    [InlineData("POST /v1/webhooks", """{"url":"https://8.8.8.8/","types":["*"],"kitchens":["zzz"]}""", "/kitchens/0")]
    public async Task Contradictory_members_and_unknown_references_are_refused_with_a_pointer(
        string operation, string body, string pointer)
    {
        var answer = await Send(operation, body);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, await answer.Content.ReadAsStringAsync());
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        problem["errors"]!.AsObject().Select(fault => fault.Key).ShouldBe([pointer]);
    }

    [Theory]
    [InlineData("/v1/orders?placedFrom=2026-01-02T00:00:00Z&placedTo=2026-01-01T00:00:00Z")]
    public async Task A_span_of_time_that_ends_before_it_begins_is_refused(string path) =>
        (await shared.Server.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task More_than_a_hundred_lines_are_refused()
    {
        var line = At(Valid("POST /v1/orders"), "/lines/0").ToJsonString();
        var lines = $"[{string.Join(',', Enumerable.Repeat(line, 101))}]";
        var answer = await Send("POST /v1/orders", With("POST /v1/orders", "/lines", lines));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("not-an-id")]
    [InlineData("01a204d0-a69c-7c6c-86df-0fad65000001")]
    [InlineData("01a204d0a69c7c6c86df0fad65000001")]
    public async Task A_malformed_or_unknown_order_id_is_not_found(string id)
    {
        (await shared.Server.Client.GetAsync($"/v1/orders/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Send($"PUT /v1/orders/{id}/status", """{"status":"ready"}""")).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
    }

    static JsonNode Valid(string operation) => JsonNode.Parse(operations[operation].Replace("?\"", "\""))!;

    async Task ExpectMalformed(string operation, string body, string? pointer, string? says)
    {
        var answer = await Send(operation, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, $"{operation} {body}\n{text}");
        var problem = JsonNode.Parse(text)!;
        ((string)problem["code"]!).ShouldBe("malformed_request");
        var (place, faults) = problem["errors"]!.AsObject().ShouldHaveSingleItem();
        if (pointer is not null) place.ShouldBe(pointer, $"{operation} {body}");
        ((string)faults![0]!["message"]!).ShouldContain(says ?? "", Case.Sensitive, $"{operation} {body}");
    }

    Task<HttpResponseMessage> Send(string operation, string body, string? type = "application/json") =>
        Send(operation, body, type, Guid.NewGuid().ToString());

    Task<HttpResponseMessage> SendWithKey(string operation, string body, string? key) =>
        Send(operation, body, "application/json", key);

    Task<HttpResponseMessage> Send(string operation, string body, string? type, string? key)
    {
        var parts = operation.Replace("{order}", shared.Order).Split(' ');
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        var request = new HttpRequestMessage(HttpMethod.Parse(parts[0]), parts[1]) { Content = content };
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return shared.Server.Client.SendAsync(request);
    }

    static async Task<string> Code(HttpResponseMessage answer) =>
        (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!;

    /// <summary>The body with one value replaced by JSON text, even by text that no JSON library would write.</summary>
    static string With(string operation, string pointer, string json)
    {
        var body = Valid(operation);
        var (parent, name) = Split(pointer);
        var owner = At(body, parent);
        if (owner is JsonArray array) array[int.Parse(name)] = "@value";
        else owner[name] = "@value";
        return body.ToJsonString().Replace("\"@value\"", json);
    }

    static IEnumerable<Place> Walk(JsonNode body) => Walk(body, "");

    static IEnumerable<Place> Walk(JsonNode node, string pointer)
    {
        yield return new Place(pointer, node);
        var children = node switch
        {
            JsonObject o => o.Select(member => (member.Key, member.Value!)),
            JsonArray a => a.Select((value, i) => ($"{i}", value!)),
            _ => [],
        };
        foreach (var (name, child) in children)
            foreach (var place in Walk(child, $"{pointer}/{name}")) yield return place;
    }

    static JsonNode At(JsonNode body, string pointer) => pointer.Split('/').Skip(1).Aggregate(
        body, (node, name) => node is JsonArray array ? array[int.Parse(name)]! : node[name]!);

    static (string Parent, string Name) Split(string pointer)
    {
        var slash = pointer.LastIndexOf('/');
        return (pointer[..slash], pointer[(slash + 1)..]);
    }

    readonly record struct Place(string Pointer, JsonNode Node)
    {
        /// <summary>A member that is optional in no operation, and not an element of an array.</summary>
        public bool IsNeeded
        {
            get
            {
                if (Pointer.Length == 0 || Pointer.StartsWith("/metadata", StringComparison.Ordinal)) return false;
                var name = Split(Pointer).Name;
                return !char.IsAsciiDigit(name[0]) && !(Pointer.Contains("/modifiers/") && name == "quantity")
                    && operations.Values.All(body => !body.Contains($"\"{name}?\"") || name == "quantity");
            }
        }
    }
}

/// <summary>
/// One server for the whole table, with stock for all of its orders and one order whose status changes.
/// </summary>
public sealed class BadInputServer : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;
    public string Order { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await TestServer.Start();
        await SmallChain.Open(Server, 1_000_000, 1_000_000, 1_000_000);
        Order = (string)(await Server.Post("/v1/orders", SmallChain.Order()))["id"]!;
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
