using System.Text.Json.Nodes;

namespace Tiffin.Aws.Tests;

/// <summary>Reads the containers of a task definition.</summary>
static class Tasks
{
    public const string Server = "tiffin";

    public static IEnumerable<JsonNode> Containers(JsonNode task) =>
        task["ContainerDefinitions"]!.AsArray().Select(container => container!);

    public static JsonNode? Container(JsonNode task, string name = Server) =>
        Containers(task).SingleOrDefault(container => (string)container["Name"]! == name);

    public static IReadOnlyDictionary<string, string> Variables(JsonNode task, string container = Server) =>
        (Container(task, container)?["Environment"]?.AsArray() ?? [])
            .ToDictionary(pair => (string)pair!["Name"]!, pair => Template.Flat(pair!["Value"]));

    public static IReadOnlyDictionary<string, string> Secrets(JsonNode task, string container = Server) =>
        (Container(task, container)?["Secrets"]?.AsArray() ?? [])
            .ToDictionary(pair => (string)pair!["Name"]!, pair => Template.Flat(pair!["ValueFrom"]));
}
