namespace Tiffin.Domain.Tests;

static class Limits
{
    /// <summary>The faults of a command itself, on one line.</summary>
    public static string Faults(Command command) =>
        string.Join(", ", command.Check().Select(fault => $"{fault.Pointer} {fault.Code}"));
}
