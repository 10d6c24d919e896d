namespace Tiffin.Domain.Orders;

/// <summary>What a code proves: the right order leaves the kitchen, or the right customer gets it.</summary>
public enum HandoverUse : byte { Collection = 1, Delivery }

/// <summary>A hand-over code: four digits.</summary>
public static class HandoverCode
{
    public const string Pattern = "^[0-9]{4}$";

    public static bool IsValid(string text) => text.Length == 4 && text.All(char.IsAsciiDigit);
}
