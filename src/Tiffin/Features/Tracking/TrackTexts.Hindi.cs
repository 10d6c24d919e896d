using Tiffin.Domain.Orders;

namespace Tiffin.Features.Tracking;

sealed partial record TrackTexts
{
    static readonly string[] weekdays = ["रवि", "सोम", "मंगल", "बुध", "गुरु", "शुक्र", "शनि"];

    static readonly string[] months =
        ["जन॰", "फ़र॰", "मार्च", "अप्रैल", "मई", "जून", "जुल॰", "अग॰", "सित॰", "अक्टू॰", "नव॰", "दिस॰"];

    public static TrackTexts Hindi { get; } = new()
    {
        Language = "hi",
        LanguageName = "हिन्दी",
        OrderNumber = number => $"ऑर्डर {number}",
        Placed = brand => $"{brand} को आपका ऑर्डर मिल गया है और जल्द ही इसकी पुष्टि होगी।",
        Scheduled = brand => $"आपका ऑर्डर तय है। {brand} समय पर पकाना शुरू करेगा।",
        Accepted = brand => $"{brand} ने आपका ऑर्डर स्वीकार कर लिया है।",
        Cooking = brand => $"{brand} आपका ऑर्डर बना रहा है।",
        ReadyToLeave = "आपका ऑर्डर तैयार है और किचन से निकलने वाला है।",
        ReadyToCollect = "आपका ऑर्डर तैयार है। काउंटर से ले लीजिए।",
        OnItsWay = courier =>
            courier is null ? "आपका ऑर्डर रास्ते में है।" : $"{courier} आपका ऑर्डर ला रहे हैं।",
        AtTheDoor = courier => $"{courier ?? "कूरियर"} आपके दरवाज़े पर हैं।",
        NotDelivered = "आपका ऑर्डर अभी नहीं पहुँचाया जा सका।",
        Delivered = "आपका ऑर्डर पहुँच गया है। भोजन का आनंद लें!",
        LeftAtTheDoor = "आपका ऑर्डर आपके दरवाज़े पर रख दिया गया है। भोजन का आनंद लें!",
        Collected = "आपने अपना ऑर्डर ले लिया है। भोजन का आनंद लें!",
        Cancelled = "आपका ऑर्डर रद्द कर दिया गया है।",
        LaterBecause = reason => $"{HindiCause(reason)}: यह पहले बताए गए समय से देर है।",
        Overdue = "इसमें उम्मीद से ज़्यादा समय लग रहा है। देरी के लिए खेद है।",
        Contactless = "यह आपके दरवाज़े पर रख दिया जाएगा।",
        DeliveringAgain = "इसे फिर से आपके पास लाया जा रहा है।",
        WhyNotDelivered = outcome => outcome switch
        {
            DeliveryOutcome.NotReachable => "कूरियर आपके पते पर पहुँचे, पर आपसे संपर्क नहीं हो सका।",
            DeliveryOutcome.Refused => "दरवाज़े पर इसे नहीं लिया गया।",
            DeliveryOutcome.WrongAddress => "कूरियर को आपका पता नहीं मिला।",
            _ => "यह रास्ते में ख़राब हो गया।",
        },
        DecisionPending = brand => $"{brand} कुछ मिनटों में तय करेगा कि आगे क्या होगा। हो सके तो उन्हें फ़ोन करें।",
        NotConfirmed = "किचन ने समय पर पुष्टि नहीं की।",
        OutOfStock = "इसकी कोई चीज़ समाप्त हो गई है।",
        CouldNotDeliver = "यह पहुँचाया नहीं जा सका।",
        AskWhereYouOrdered = "कोई सवाल हो तो जहाँ से ऑर्डर किया था वहाँ पूछें।",
        TimeOfArrival = "पहुँचेगा",
        TimeOfPickup = "तैयार होगा",
        TimeScheduled = "तय समय",
        TimeDelivered = "पहुँचा",
        TimeCollected = "लिया गया",
        TimeCancelled = "रद्द हुआ",
        Tomorrow = "कल",
        Day = day => $"{weekdays[(int)day.DayOfWeek]}, {day.Day} {months[day.Month - 1]}",
        Code = "आपका कोड",
        CodeAtTheDoor = "इसे केवल दरवाज़े पर कूरियर को बताएँ।",
        CodeAtTheCounter = "इसे काउंटर पर बताएँ।",
        Progress = "प्रगति",
        StepsOfDelivery = ["ऑर्डर मिला", "बन रहा है", "तैयार", "रास्ते में", "पहुँच गया"],
        StepsOfPickup = ["ऑर्डर मिला", "बन रहा है", "लेने के लिए तैयार", "ले लिया गया"],
        Items = "आपका ऑर्डर",
        CancelOrder = "ऑर्डर रद्द करें",
        CancelIsFinal = "किचन ने अभी शुरू नहीं किया है। रद्द किया हुआ ऑर्डर वापस नहीं आता।",
        ConfirmCancel = "हाँ, रद्द करें",
        TooLateToCancel = "किचन ने शुरू कर दिया है, इसलिए ऑर्डर अब यहाँ रद्द नहीं हो सकता।",
        CancelFailed = "ऑर्डर रद्द नहीं हुआ: अभी यह नहीं हो सका। फिर कोशिश करें।",
        NoConnection = "कनेक्शन नहीं है। यहाँ दिख रही जानकारी पुरानी हो सकती है।",
        NotFoundTitle = "यह ऑर्डर नहीं मिला",
        NotFound = "देखें कि लिंक पूरा है, या जहाँ से ऑर्डर किया था वहाँ पूछें।",
        UnavailableTitle = "आपका ऑर्डर अभी नहीं दिखाया जा सकता",
        Unavailable = "ऑर्डर पर इसका कोई असर नहीं है। यह पृष्ठ अपने आप फिर कोशिश करेगा।",
    };

    static string HindiCause(string? reason) => reason switch
    {
        "busy" => "किचन व्यस्त है",
        "short_staffed" => "किचन में आज लोग कम हैं",
        "equipment" => "किचन का एक उपकरण ख़राब हो गया है",
        "remake" => "एक व्यंजन फिर से बन रहा है",
        _ => "किचन को थोड़ा और समय चाहिए",
    };
}
