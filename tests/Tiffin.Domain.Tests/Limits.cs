namespace Tiffin.Domain.Tests;

static class Limits
{
    /// <summary>What is wrong with a command itself, in a line.</summary>
    public static string Faults(Command command) =>
        string.Join(", ", command.Check().Select(fault => $"{fault.Pointer} {fault.Code}"));
}
