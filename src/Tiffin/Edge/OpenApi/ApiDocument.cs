using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.OpenApi;

/// <summary>The OpenAPI 3.1 document, and Swagger UI. Both are served without external resources.</summary>
static class ApiDocument
{
    public const string Scheme = "bearer";
    public const string CookieScheme = "session";
    public const string AntiforgeryScheme = "antiforgery";
    const string Name = "v1";

    public static void AddApiDocument(this IServiceCollection services, IReadOnlyList<ApiTag> tags)
    {
        services.AddSingleton<Examples>();
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddOperationTransformer<OperationTransformer>();
            options.AddSchemaTransformer((schema, context, _) =>
            {
                Fill(schema, context.JsonTypeInfo.Type);
                Bounds.FillType(schema, context.JsonTypeInfo.Type, context.JsonPropertyInfo);
                Bounds.FillDeclared(schema, context.JsonPropertyInfo);
                // The framework treats the properties of a struct as optional.
                if (context.JsonTypeInfo.Type == typeof(Money))
                    schema.Required = schema.Properties!.Keys.ToHashSet();
                if (schema.Items is null
                    && context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element })
                {
                    var items = new OpenApiSchema();
                    Fill(items, element);
                    Bounds.FillType(items, element, null);
                    Bounds.FillBounds(items, context.JsonPropertyInfo);
                    if (items.Type is not null) schema.Items = items;
                }
                Bounds.FillBounds(schema, context.JsonPropertyInfo);
                return Task.CompletedTask;
            });
            options.AddDocumentTransformer((document, context, _) =>
                Complete(document, tags, context.ApplicationServices.GetRequiredService<ProblemCatalogue>()));
        });
    }

    public static void MapApiDocument(this WebApplication app)
    {
        var provider = app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        // Cached: the document is public, and the routes do not change.
        var document = new Lazy<Task<PublicDocument>>(async () => new PublicDocument(await Bytes(provider)));
        app.MapGet($"/openapi/{Name}.json", async () => (IResult)await document.Value)
            .ExcludeFromDescription().Public();
        // Only for this path: the middleware would inspect every other request too.
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/docs"), docs => docs.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "Tiffin API";
            page.SwaggerEndpoint($"/openapi/{Name}.json", "Tiffin");
        }));
    }

    static async Task<byte[]> Bytes(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        var json = JsonNode.Parse(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!.AsObject();
        new DocumentPostProcessor(json).Apply();
        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(json, ReadableJson.Serializer);
    }

    static Task Complete(OpenApiDocument document, IReadOnlyList<ApiTag> tags, ProblemCatalogue catalogue)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Tiffin",
            Version = Name,
            Description = "The order backbone of a cloud-kitchen chain. Errors are problem details (RFC 9457): "
                + "switch on their `code`. Amounts are in minor units, times in UTC (RFC 3339).",
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "This server." }];
        document.Tags = Sorted(document.Tags ?? new HashSet<OpenApiTag>(), tags);
        foreach (var header in ResponseHeaders.All(required: false).Concat(ResponseHeaders.All(required: true)))
            document.AddComponent(header.Key, header.Value);
        document.AddComponent(Scheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key (tk_…) or a JWT.",
        });
        document.AddComponent(CookieScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = Sessions.Cookie,
            Description = "The session cookie set by openSession and signIn.",
        });
        document.AddComponent(AntiforgeryScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = Sessions.AntiforgeryHeader,
            Description = "Required with the session cookie for every change: the antiforgeryToken of getSession.",
        });
        ProblemSchemas.Add(document, catalogue);
        return Task.CompletedTask;
    }

    // A tag whose feature was removed, while another feature uses it, comes last and has no description.
    static HashSet<OpenApiTag> Sorted(ISet<OpenApiTag> used, IReadOnlyList<ApiTag> declared) =>
    [
        .. from tag in declared
           where used.Any(one => one.Name == tag.Name)
           select new OpenApiTag { Name = tag.Name, Description = tag.Description },
        .. used.Where(one => declared.All(tag => tag.Name != one.Name)),
    ];

    static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Description = description, MaxLength = Bounds.BodyMax };

    // Custom converters hide enums (snake_case strings) and dictionary values from the schema.
    static void Fill(OpenApiSchema schema, Type type)
    {
        if (type.IsAssignableTo(typeof(IReadOnlyDictionary<string, string>)))
            schema.AdditionalProperties = Text("A value of your choice.");
        if (type.IsAssignableTo(typeof(IReadOnlyDictionary<string, JsonElement>)))
            schema.AdditionalProperties = new OpenApiSchema { Description = "Any value." };
        var (bare, nullable) = (Nullable.GetUnderlyingType(type) ?? type, Nullable.GetUnderlyingType(type) is not null);
        if (!bare.IsEnum) return;
        schema.Type = nullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        schema.Enum = [.. Names.AllOf(bare).Select(word => (JsonNode)JsonValue.Create(word))];
    }
}
