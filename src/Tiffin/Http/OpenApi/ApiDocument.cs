using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Tiffin.Http.OpenApi;

/// <summary>The API in OpenAPI 3.1, and a page that shows it. Both come from this machine alone.</summary>
static class ApiDocument
{
    public const string Scheme = "bearer";
    public const string ProblemSchema = "Problem";
    const string Name = "v1";

    public static void AddApiDocument(this IServiceCollection services)
    {
        services.AddSingleton<Examples>();
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddOperationTransformer<OperationTransformer>();
            options.AddSchemaTransformer((schema, context, _) => Fill(schema, context.JsonTypeInfo.Type));
            options.AddDocumentTransformer((document, _, _) => Complete(document));
        });
    }

    public static void MapApiDocument(this WebApplication app)
    {
        var provider = app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        // Made once, at the first request: the routes do not change, and everybody may ask.
        var text = new Lazy<Task<string>>(async () =>
            await (await provider.GetOpenApiDocumentAsync()).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
        app.MapGet($"/openapi/{Name}.json", async () => Results.Text(await text.Value, "application/json"))
            .ExcludeFromDescription().Public();
        // Only there: it would look at every other request too.
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/docs"), docs => docs.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "Tiffin API";
            page.SwaggerEndpoint($"/openapi/{Name}.json", "Tiffin");
        }));
    }

    static Task Complete(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Tiffin",
            Version = Name,
            Description = "The order backbone of a cloud-kitchen chain. Errors are problem details (RFC 9457): "
                + "switch on their `code`. Amounts are in minor units, times in UTC (RFC 3339).",
        };
        document.Servers = [];
        document.AddComponent(Scheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key (tk_…) or a JWT.",
        });
        document.AddComponent(ProblemSchema, Problem());
        return Task.CompletedTask;
    }

    static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "A refusal that explains itself (RFC 9457). Some codes bring further members.",
        Required = new HashSet<string> { "type", "title", "status", "detail", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("urn:tiffin:problem: and the code."),
            ["title"] = Text("The code for people."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
            ["detail"] = Text("What went wrong this time."),
            ["code"] = Text("Stable: what clients switch on."),
            ["traceId"] = Text("Finds the request in logs and traces."),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong where: faults by JSON pointer (RFC 6901) into the request's body.",
                AdditionalProperties = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string> { "code", "message" },
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            ["code"] = Text("Stable."), ["message"] = Text("For people."),
                        },
                    },
                },
            },
        },
    };

    static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    /// <summary>What converters do not tell the schema: enums go as snake_case words, objects hold values.</summary>
    static Task Fill(OpenApiSchema schema, Type type)
    {
        if (type.IsAssignableTo(typeof(IReadOnlyDictionary<string, string>)))
            schema.AdditionalProperties = Text("Your own.");
        if (type.IsAssignableTo(typeof(IReadOnlyDictionary<string, JsonElement>)))
            schema.AdditionalProperties = new OpenApiSchema { Description = "Any value." };
        var (bare, nullable) = (Nullable.GetUnderlyingType(type) ?? type, Nullable.GetUnderlyingType(type) is not null);
        if (!bare.IsEnum) return Task.CompletedTask;
        schema.Type = nullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        schema.Enum = [.. Enum.GetNames(bare).Select(name =>
            (JsonNode)JsonValue.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName(name)))];
        return Task.CompletedTask;
    }
}
