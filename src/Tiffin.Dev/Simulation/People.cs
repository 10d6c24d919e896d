namespace Tiffin.Dev.Simulation;

/// <summary>Fictitious customers, with plausible names and unassigned phone numbers.</summary>
static class People
{
    static readonly string[] firstNames =
    [
        "Aarav", "Aditi", "Ananya", "Arjun", "Deepa", "Divya", "Farhan", "Gurpreet", "Harini", "Ishaan", "Karthik",
        "Kavya", "Lakshmi", "Meera", "Mohammed", "Nikhil", "Pooja", "Priya", "Rahul", "Rohan", "Sanjana", "Vikram",
    ];

    static readonly string[] lastNames =
    [
        "Banerjee", "D'Souza", "Deshpande", "Gowda", "Iyer", "Joshi", "Kapoor", "Khan", "Kulkarni", "Menon", "Nair",
        "Patel", "Rao", "Reddy", "Sharma", "Shetty", "Singh", "Thomas",
    ];

    static readonly string[] streets =
    [
        "1st Cross", "4th Main", "Church Street", "Hill Road", "Lake View Road", "Link Road", "Market Road",
        "Station Road", "Temple Street",
    ];

    public static OrderCustomer Customer(Random random) => new(
        $"{Any(firstNames, random)} {Any(lastNames, random)}", $"+9190000{random.Next(100_000):00000}");

    public static string Address(string area, Random random) =>
        $"{random.Next(1, 400)}, {Any(streets, random)}, {area}";

    static string Any(string[] choices, Random random) => choices[random.Next(choices.Length)];
}
