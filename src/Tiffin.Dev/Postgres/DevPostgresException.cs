namespace Tiffin.Dev.Postgres;

/// <summary>The private cluster cannot do what was asked; the message names the value and the remedy.</summary>
public sealed class DevPostgresException(string message) : Exception(message);
